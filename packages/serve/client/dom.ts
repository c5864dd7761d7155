/** The element of the page with this id. */
export const byId = (id: string): HTMLElement => elementOf(id, HTMLElement);

/** The same, of a kind: `elementOf('text', HTMLInputElement)`. */
export function elementOf<T extends HTMLElement>(id: string, kind: new () => T): T {
  const element = document.getElementById(id);
  if (element instanceof kind) return element;
  throw new Error(`The page has no ${kind.name} #${id}.`);
}

/** The text of an element, where it has changed: a reader's selection stays, and nothing is announced twice. */
export function setText(id: string, text: string): void {
  const element = byId(id);
  if (element.textContent !== text) element.textContent = text;
}

type Child = Node | string;

/** A new element; properties by their names in the DOM. */
export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  properties: Partial<HTMLElementTagNameMap[K]> = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

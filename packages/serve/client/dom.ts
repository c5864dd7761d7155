/** The element of the page with this id. */
export const byId = (id: string): HTMLElement => elementOf(id, HTMLElement);

/** The element of this kind with this id: `elementOf('text', HTMLInputElement)`. */
export function elementOf<T extends HTMLElement>(id: string, kind: new () => T): T {
  const element = document.getElementById(id);
  if (element instanceof kind) return element;
  throw new Error(`The page has no ${kind.name} #${id}.`);
}

/** Sets the text of an element only if it has changed, so that a reader's selection stays, and screen readers do not announce it twice. */
export function setText(id: string, text: string): void {
  const element = byId(id);
  if (element.textContent !== text) element.textContent = text;
}

type Child = Node | string;

/** A new element with these properties, by their names in the DOM. */
export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  properties: Partial<HTMLElementTagNameMap[K]> = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

import { attributes, element, type Content, type Markup } from './markup.js';

/** The part of linkedom's DOM that is used. Figures are drawn in linkedom. */
export interface DrawnNode {
  readonly nodeType: number;
  readonly nodeValue: string | null;
  readonly childNodes: Iterable<DrawnNode>;
}
interface DrawnElement extends DrawnNode {
  readonly localName: string;
  readonly attributes: Iterable<{ readonly name: string; readonly value: string }>;
}

const ELEMENT = 1;
const TEXT = 3;

/**
 * Turns what a library drew into our own markup. The template writes it anew, so that it does not matter how the library's DOM
 * escapes. Style sheets are left out, because they are meant for separate pages, and renderers of plain SVG fail on them.
 */
export function drawn(node: DrawnNode): Markup | string | undefined {
  if (node.nodeType === TEXT) return node.nodeValue ?? '';
  if (node.nodeType !== ELEMENT || !isElement(node) || node.localName === 'style') return undefined;
  const own = [...node.attributes].filter(({ name }) => name !== 'aria-hidden');
  return element(
    node.localName,
    attributes(Object.fromEntries(own.map(({ name, value }) => [name, value]))),
    [...node.childNodes].map((child): Content => drawn(child)),
  );
}

function isElement(node: DrawnNode): node is DrawnElement {
  return 'localName' in node;
}

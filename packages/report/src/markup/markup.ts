import { contextsOf, type Context } from './context.js';
import { attributeValue, escapeXml } from './safe.js';

// The constructor of the class below. Only the functions of this file can use it.
let make: (kind: Markup['kind'], text: string) => Markup;

/** Text that is already markup. Texts from files or hosts can't be of this class, because only the functions here make it. */
export class Markup {
  readonly #text: string;

  private constructor(
    readonly kind: 'content' | 'attributes',
    text: string,
  ) {
    this.#text = text;
  }

  toString(): string {
    return this.#text;
  }

  static {
    make = (kind, text) => new Markup(kind, text);
  }
}

/** What a template takes. Items of a list are joined, undefined gives nothing. */
export type Content = Markup | string | number | undefined | readonly Content[];

/**
 * The only way in which HTML and SVG are made: every value is escaped for its place, which the literal parts
 * determine.
 * @throws Error for a value that can't be made safe there: an address that leaves the page, text in a script
 */
export function html(strings: TemplateStringsArray, ...values: readonly Content[]): Markup {
  const contexts = contextsOf(strings);
  const parts = strings.map((literal, i) =>
    i === 0 ? literal : put(values[i - 1], contexts[i - 1]!) + literal,
  );
  return make('content', parts.join(''));
}

/** SVG needs the same escapes as HTML. */
export const svg = html;

/** Attributes of a tag, each with a space before it; those that are undefined are left out. */
export function attributes(values: Readonly<Record<string, string | number | undefined>>): Markup {
  const written = Object.entries(values).map(([name, value]) => {
    if (!/^[a-z][\w:.-]*$/i.test(name)) throw new Error(`"${name}" is not a name of an attribute.`);
    return value === undefined ? '' : ` ${name}="${attributeValue(name.toLowerCase(), value)}"`;
  });
  return make('attributes', written.join(''));
}

/** An element whose name is known only when it is drawn, e.g. by a library. One without content closes itself. */
export function element(tag: string, attributesOf: Markup, content: readonly Content[]): Markup {
  if (!/^[a-z][\w:.-]*$/i.test(tag) || /^(script|style|foreignobject|iframe|object|embed)$/i.test(tag))
    throw new Error(`The element "${tag}" is not allowed.`);
  const inside = put(content, { kind: 'text' });
  return make(
    'content',
    inside === '' ? `<${tag}${String(attributesOf)}/>` : `<${tag}${String(attributesOf)}>${inside}</${tag}>`,
  );
}

/** A script or a style sheet of our own, byte for byte, because its hash is in the policy. Do not use it for a source that contains a value. */
export function ownElement(tag: 'script' | 'style', source: string): Markup {
  if (/<[/!]/.test(source)) throw new Error(`This text would end the ${tag} that it is put into.`);
  return make('content', `<${tag}>${source}</${tag}>`);
}

function put(value: Content, context: Context): string {
  if (value === undefined) return '';
  if (Array.isArray(value)) return value.map((one: Content) => put(one, context)).join('');
  const single = value as Exclude<Content, readonly Content[] | undefined>;
  switch (context.kind) {
    case 'text':
      return single instanceof Markup ? only('content', single) : escapeXml(String(single));
    case 'attribute':
      if (single instanceof Markup)
        throw new Error(`Markup can't be put into the attribute ${context.name}.`);
      return attributeValue(context.name, single, context.start);
    case 'tag':
      return only('attributes', single);
    case 'raw':
      throw new Error('Nothing can be put into a script or a style sheet.');
  }
}

function only(kind: Markup['kind'], value: Markup | string | number): string {
  if (value instanceof Markup && value.kind === kind) return String(value);
  throw new Error(`Only ${kind} can be put here.`);
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Code units that no XML document may contain, and controls that no browser shows: a figure with one would not open. */
const UNPRINTABLE =
  // oxlint-disable-next-line no-control-regex -- these are what it is about
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** Text made safe for XML and HTML, in elements and in quoted attributes. */
export function escapeXml(value: string): string {
  return printable(value).replaceAll(/[&<>"']/g, (character) => ENTITIES[character]!);
}

/** Text with U+FFFD in place of everything that can't be written. */
export function printable(value: string): string {
  return value.replaceAll(UNPRINTABLE, '\ufffd');
}

/** Attributes whose value a browser fetches or goes to. */
const ADDRESSES: ReadonlySet<string> = new Set(['href', 'src', 'xlink:href']);
/** A place in the page itself, or a picture that the page brings along. */
const HARMLESS = /^(#|data:image\/png;base64,[A-Za-z0-9+/=]*$)/;
/** Attributes that hold code, or addresses in a syntax of their own: no value of ours belongs there. */
const FORBIDDEN = /^(on.*|srcdoc|srcset|action|formaction|data|poster|background|ping)$/;

/** Declarations without an address, a function that fetches, or an escape that hides one. */
const PLAIN_STYLE = /^(?!.*(url|image|expression|import)\b)[\w\s:;,.%#()'-]*$/i;

/**
 * The value of an attribute, escaped.
 * @param name in lower case
 * @param start whether nothing stands before it in the attribute
 * @throws Error where this attribute can't have such a value, whatever is escaped in it
 */
export function attributeValue(name: string, value: string | number, start = true): string {
  if (typeof value === 'number') return String(value);
  if (FORBIDDEN.test(name)) throw new Error(`A text can't be put into the attribute ${name}.`);
  if (name === 'style' && !PLAIN_STYLE.test(value)) throw new Error(`"${value.slice(0, 100)}" is no style.`);
  if (ADDRESSES.has(name) && start && !HARMLESS.test(value)) {
    throw new Error(`"${value.slice(0, 100)}" is no address that ${name} may have.`);
  }
  return escapeXml(value);
}

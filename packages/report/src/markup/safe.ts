const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Code units that are not allowed in XML, and controls that browsers do not show. A figure that contains one would not open. */
const UNPRINTABLE =
  // oxlint-disable-next-line no-control-regex -- these are what it is about
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** Escapes a text for XML and HTML, in elements and in quoted attributes. */
export function escapeXml(value: string): string {
  return printable(value).replaceAll(/[&<>"']/g, (character) => ENTITIES[character]!);
}

/** Replaces every character that can't be written by U+FFFD. */
export function printable(value: string): string {
  return value.replaceAll(UNPRINTABLE, '\ufffd');
}

/** Attributes whose value a browser fetches or opens. */
const ADDRESSES: ReadonlySet<string> = new Set(['href', 'src', 'xlink:href']);
/** A place in the page itself, or a picture that is part of the page. */
const HARMLESS = /^(#|data:image\/png;base64,[A-Za-z0-9+/=]*$)/;
/** Attributes that hold code, or addresses in a syntax of their own. They must not contain values. */
const FORBIDDEN = /^(on.*|srcdoc|srcset|action|formaction|data|poster|background|ping)$/;

/** Style declarations without an address, a function that fetches, or an escape that could hide one. */
const PLAIN_STYLE = /^(?!.*(url|image|expression|import)\b)[\w\s:;,.%#()'-]*$/i;

/**
 * The value of an attribute, escaped.
 * @param name in lower case
 * @param start whether the value is at the beginning of the attribute
 * @throws Error if this attribute can't have such a value, even when escaped
 */
export function attributeValue(name: string, value: string | number, start = true): string {
  if (typeof value === 'number') return String(value);
  if (FORBIDDEN.test(name)) throw new Error(`A text can't be put into the attribute ${name}.`);
  if (name === 'style' && !PLAIN_STYLE.test(value))
    throw new Error(`"${value.slice(0, 100)}" is not a style.`);
  if (ADDRESSES.has(name) && start && !HARMLESS.test(value)) {
    throw new Error(`"${value.slice(0, 100)}" is not an address that ${name} may have.`);
  }
  return escapeXml(value);
}

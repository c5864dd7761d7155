/** Most characters of a plugin's text in a message. */
const MOST = 60;

/**
 * What a plugin returned, in a few words: `the string "0.5"`, `an array of 3`, `a Float64Array of 10`, `nothing`.
 * @param value anything
 */
export function inWords(value: unknown): string {
  switch (typeof value) {
    case 'undefined':
      return 'nothing';
    case 'string':
      return `the string ${JSON.stringify(value.slice(0, MOST))}`;
    case 'number':
    case 'boolean':
      return String(value);
    case 'bigint':
    case 'function':
    case 'symbol':
      return `a ${typeof value}`;
    case 'object':
      return objectInWords(value);
  }
}

function objectInWords(value: object | null): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (value instanceof Promise) return 'a promise';
  const { name } = value.constructor ?? Object;
  if (ArrayBuffer.isView(value) && 'length' in value) return `a ${name} of ${String(value.length)}`;
  return name === 'Object' ? 'an object' : `an object of class ${name.slice(0, MOST)}`;
}

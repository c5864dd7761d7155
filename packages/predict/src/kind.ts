/**
 * What kind of value this is, for messages about a wrong one. The value itself may be unable to become a text.
 * @param value anything that a program passed on, e.g. from a request
 */
export function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  return Array.isArray(value) ? 'a list' : `of type ${typeof value}`;
}

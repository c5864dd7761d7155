/** What spreadsheets take for a formula: it would run as soon as the file is opened. Space before it does not stop them. */
const FORMULA = /^[\t\r\n]|^\s*[=+\-@\uff1d\uff0b\uff0d\uff20]/;
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/**
 * One field of a CSV file (RFC 4180): quotes only where they are needed; no value is an empty field. Text that a spreadsheet
 * would run gets an apostrophe in front, which shows that it is text; numbers stay numbers.
 * @param value what stands in the cell
 */
export function csvField(value: string | number | boolean | null | undefined): string {
  if (typeof value !== 'string') return value === null || value === undefined ? '' : String(value);
  const text = FORMULA.test(value) && !NUMBER.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Text that spreadsheets take for a formula, which they run as soon as the file is opened, even with spaces before it. */
const FORMULA = /^[\t\r\n]|^\s*[=+\-@\uff1d\uff0b\uff0d\uff20]/;
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/**
 * One field of a CSV file (RFC 4180): with quotes only if they are needed. A missing value gives an empty field. Text that a spreadsheet
 * would run gets an apostrophe in front, which shows that it is text; numbers stay numbers.
 * @param value content of the cell
 */
export function csvField(value: string | number | boolean | null | undefined): string {
  if (typeof value !== 'string') return value === null || value === undefined ? '' : String(value);
  const text = FORMULA.test(value) && !NUMBER.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

import { csvError, placeText, shown, type Place } from './errors.js';

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const MISSING = new Set(['', 'na', 'n/a', 'nan', 'null', 'none', '?', '#n/a']);
const LONGEST = 4;

/**
 * Whether a field is a number as CSV files write it.
 * @param field the text between two delimiters
 */
export const isNumber = (field: string): boolean => NUMBER.test(field);
/**
 * Whether a field is empty, or has a word that spreadsheets, R or pandas write for a missing value.
 * @param field the text between two delimiters
 */
export const isMissing = (field: string): boolean =>
  field.length <= LONGEST && MISSING.has(field.toLowerCase());

/**
 * The number in a field.
 * @throws BbbError `E_CSV_VALUE`; its hint says what the text looks like
 */
export function numberOf(field: string, place: Place): number {
  if (!NUMBER.test(field))
    throw csvError(
      'E_CSV_VALUE',
      `${placeText(place)}: ${shown(field)} is no number.`,
      hintFor(field, place),
    );
  const value = Number(field);
  if (Number.isFinite(Math.fround(value))) return value;
  throw csvError(
    'E_CSV_VALUE',
    `${placeText(place)}: ${field} is too large for float32.`,
    'float32 holds numbers up to 3.4e38: give another unit, or drop the column.',
  );
}

function hintFor(field: string, { column }: Place): string {
  if (/^[+-]?\d+,\d+$/.test(field) && !/^[+-]?\d{1,3}(,\d{3})+$/.test(field)) {
    return 'It has a decimal comma: write 1.5 for 1,5.';
  }
  if (/^[+-]?\d{1,3}(,\d{3})+(\.\d+)?$/.test(field))
    return 'It has thousands separators: write 1234 for 1,234.';
  if (/^[+-]?\d{1,3}([ '.]\d{3})+/.test(field))
    return 'It has thousands separators: write 1234 without them.';
  if (/^[+-]?inf(inity)?$/i.test(field))
    return 'Values are finite numbers: correct it, or leave it empty and say missing=mean.';
  if (/^\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}/.test(field))
    return `It looks like a date: write numbers, or leave the column out: drop=${column}.`;
  if (field.endsWith('%')) return 'It has a unit: write the number alone.';
  return `Values of the column are numbers so far. If they are categories, say categorical=${column}; else correct the value, or leave the column out: drop=${column}.`;
}

import { BbbError, suggest } from '@bbb/base';
import type { StoredModel, StoredTable } from './format/model.js';
import { kindOf } from './kind.js';

/** A value of a table: a number, or the name of a category. null, undefined and NaN stand for a missing value. */
export type Cell = number | string | null | undefined;

/** One row of a table: its values by the names of their columns, or as a list in the order of the model's columns. */
export type Row = Readonly<Record<string, Cell>> | readonly Cell[];

/**
 * Turns a row into numbers, `[inputs]`.
 * @param where beginning of error messages, e.g. `houses.csv, line 3`. Default: `The row`
 */
export type RowEncoder = (row: Row, where?: string) => Float32Array;

type Column = StoredTable['columns'][number];

/**
 * Makes a function that turns rows of a table into the numbers that a model takes. A category becomes one number for each category that
 * the model knows: 1 for this one, 0 for the others. A missing value becomes NaN, which a prediction fills as training did. Numbers are
 * rounded to float32, as in training, so that answers have the same bits.
 *
 * A list may also have one number for each input, with categories as zeros and ones.
 *
 * The function throws BbbError `E_INPUT` for what is no row, a missing column, a value that is neither a number nor a text, an unknown category, a text in a column of numbers, and a missing value
 * where training had none; also for a row with names if the model has no names.
 *
 * @param model the description in a model file
 */
export function rowEncoder({ table, inputShape, scaling }: StoredModel): RowEncoder {
  const size = inputShape.reduce((product, n) => product * n, 1);
  const inputs = Array.from({ length: size }, (_, i): Column => ({ name: String(i + 1) }));
  const columns = table?.columns ?? inputs;

  const encode = (cells: readonly Cell[], used: readonly Column[], where: string): Float32Array => {
    const numbers = new Float32Array(size);
    let at = 0;
    used.forEach(({ name, categories }, i) => {
      const width = categories?.length ?? 1;
      const place = `${where}, column ${JSON.stringify(name)}`;
      const cell = cellOf(cells[i], place);
      if (cell === null || cell === undefined || Number.isNaN(cell)) {
        if (!scaling.fill) throw missingValue(place);
        numbers.fill(Number.NaN, at, at + width);
      } else if (categories) numbers[at + indexOf(cell, categories, place)] = 1;
      else numbers[at] = numberOf(cell, place);
      at += width;
    });
    return numbers;
  };
  return (row, where = 'The row') => {
    if (typeof row !== 'object' || row === null) throw notARow(row, where);
    if (!isList(row)) return encode(byName(row, table, where), columns, where);
    if (row.length === columns.length) return encode(row, columns, where);
    if (row.length === size) return encode(row, inputs, where);
    throw wrongLength(row.length, columns, table !== undefined, where);
  };
}

/** Rows are often parsed JSON, so a value can be anything, whatever its type says. Booleans are names of categories. */
function cellOf(value: unknown, place: string): Cell {
  if (typeof value === 'boolean') return String(value);
  if (value === null || ['number', 'string', 'undefined'].includes(typeof value)) return value as Cell;
  throw refused(
    `${place}: the value is ${kindOf(value)}, not a number or a text.`,
    'Give a number, the name of a category, or null for a missing value.',
  );
}

function notARow(row: unknown, where: string): BbbError {
  return refused(
    `${where} is ${kindOf(row)}, not the values of an example.`,
    'Give a list of values, or an object with the values by the names of their columns.',
  );
}

function isList(row: Row): row is readonly Cell[] {
  return Array.isArray(row);
}

function byName(row: Readonly<Record<string, Cell>>, table: StoredTable | undefined, where: string): Cell[] {
  if (!table) {
    throw refused(
      `${where} has names, but this model has no names for its inputs.`,
      'Give the numbers in the order that it was trained with.',
    );
  }
  return table.columns.map(({ name }) => {
    if (Object.hasOwn(row, name)) return row[name];
    throw noColumn(name, Object.keys(row), where);
  });
}

function noColumn(name: string, there: readonly string[], where: string): BbbError {
  return refused(
    `${where} has no column ${JSON.stringify(name)}, which the model needs.`,
    `${suggest(name, there)}Its columns: ${listed(there)}.`,
  );
}

function wrongLength(length: number, columns: readonly Column[], named: boolean, where: string): BbbError {
  const names = named ? `: ${listed(columns.map(({ name }) => name))}` : '';
  return refused(
    `${where} has ${length} ${length === 1 ? 'value' : 'values'}; an example of this model has ${columns.length}.`,
    `Give the columns that it was trained on, without the target, in the same order${names}.`,
  );
}

function indexOf(cell: number | string, categories: readonly string[], place: string): number {
  const index = categories.indexOf(String(cell));
  if (index >= 0) return index;
  throw refused(
    `${place}: ${JSON.stringify(cell)} is not a category of the model. Its categories: ${listed(categories)}.`,
    `${suggest(String(cell), categories)}Correct it, or train with examples of it.`,
  );
}

function numberOf(cell: number | string, place: string): number {
  if (typeof cell === 'number' && Number.isFinite(Math.fround(cell))) return cell;
  throw refused(
    `${place}: ${typeof cell === 'number' ? `${cell} is not a finite float32 number` : `${JSON.stringify(cell.slice(0, 40))} is not a number`}.`,
    'The model was trained on numbers in this column: give a number, e.g. 1.5.',
  );
}

function missingValue(place: string): BbbError {
  return refused(
    `${place}: the value is missing.`,
    'The model was trained on rows without missing values. Give a value, or train with missing=mean.',
  );
}

const MOST = 20;

function listed(names: readonly string[]): string {
  const rest = names.length - MOST;
  return `${names.slice(0, MOST).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}

function refused(message: string, hint: string): BbbError {
  return new BbbError('E_INPUT', message, { hint });
}

import { BbbError } from '@bbb/core';
import { findDelimiter, isMissing, isNumber } from '@bbb/plugins';
import { rowEncoder, type Cell, type Row, type StoredModel } from '@bbb/predict';
import { parse } from 'csv-parse/sync';
import { layoutOf } from './header.js';

/** Rows of a text, in the form that the model takes. */
export interface ParsedRows {
  readonly rows: readonly Float32Array[];
  /** Descriptions of columns that the model does not use. */
  readonly ignored: readonly string[];
}

/**
 * The rows of a table (CSV). Columns are found by the names in the first row, in any order. Without names they must be those of the
 * model, in its order. A missing value is NaN.
 * @throws BbbError `E_INPUT` with the line and column of the invalid value
 */
export function parseTable(text: string, source: string, model: StoredModel): ParsedRows {
  const records = recordsOf(text, source);
  const [first] = records;
  if (!first) return { rows: [], ignored: [] };
  const { named, fields, ignored } = layoutOf(first.record, model.table, source);
  if (named && records.length === 1) throw onlyNames(source);
  const encode = rowEncoder(model);
  const inOrder = model.table?.columns;
  const width = first.record.length;
  const rows = records.slice(named ? 1 : 0).map(({ record, info }) => {
    const where = `${source}, line ${info.lines}`;
    if (fields && record.length !== width) throw ragged(where, record.length, width);
    const cells = fields ? fields.map((field) => record[field]!) : record;
    // A list of another length has one number for each input.
    const columns = cells.length === inOrder?.length ? inOrder : undefined;
    return encode(
      cells.map((cell, i) => valueOf(cell, columns?.[i]?.categories !== undefined)),
      where,
    );
  });
  return { rows, ignored };
}

interface Line {
  readonly record: readonly string[];
  readonly info: { readonly lines: number };
}

function recordsOf(text: string, source: string): Line[] {
  try {
    // With `info`, the records have another form than the types declare.
    return parse(text, {
      bom: true,
      delimiter: findDelimiter(text),
      trim: true,
      skip_empty_lines: true,
      relax_column_count: true,
      info: true,
    }) as unknown as Line[];
  } catch (cause) {
    throw new BbbError('E_INPUT', `${source} can't be read as a table: ${(cause as Error).message}`, {
      hint: 'Give PNG, JPEG, IDX or CSV files, or JSON lines.',
      cause,
    });
  }
}

/** Reads a field as training does. A text that is not a number stays a text; later it is refused, with its place. */
function valueOf(field: string, isCategory: boolean): Cell {
  if (isMissing(field)) return null;
  return !isCategory && isNumber(field) ? Number(field) : field;
}

/** A text that is no table, such as a word, also comes here. */
function onlyNames(source: string): BbbError {
  return new BbbError(
    'E_INPUT',
    `${source} has no examples: its only line is read as the names of columns.`,
    {
      hint: 'Give rows below the names, lines of numbers, or JSON lines.',
    },
  );
}

function ragged(where: string, got: number, expected: number): BbbError {
  return new BbbError('E_INPUT', `${where} has ${got} fields, and the first row has ${expected}.`, {
    hint: 'Put a field that contains the delimiter into double quotes.',
  });
}

/**
 * One example in each line: `[1, 2, "north"]`, `{"rooms": 1, "town": "north"}` or `{"input": [1, 2, 3]}`, with a flat or nested
 * list. null is a missing
 * value (NaN).
 * @throws BbbError `E_INPUT` for anything else, with the line
 */
export function parseJsonLines(text: string, source: string, model: StoredModel): ParsedRows {
  const encode = rowEncoder(model);
  const known = new Set(model.table?.columns.map(({ name }) => name));
  const ignored = new Set<string>();
  const rows = text.split('\n').flatMap((line, i) => {
    if (line.trim() === '') return [];
    const where = `${source}, line ${i + 1}`;
    const row = rowOf(line, where, known);
    if (!Array.isArray(row)) for (const name of Object.keys(row)) if (!known.has(name)) ignored.add(name);
    return [encode(row, where)];
  });
  return { rows, ignored: [...ignored] };
}

function rowOf(line: string, where: string, known: ReadonlySet<string>): Row {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    // The check below reports the error.
  }
  const { input } = Object(value) as { input?: unknown };
  const found = Array.isArray(input) && !known.has('input') ? input : value;
  if (Array.isArray(found)) {
    const flat = found.flat(4) as unknown[];
    if (flat.every(isCell)) return flat.map(cellOf);
  } else if (known.size > 0 && typeof found === 'object' && found !== null) {
    const entries = Object.entries(found);
    if (entries.every(([name, cell]) => !known.has(name) || isCell(cell)))
      return Object.fromEntries(entries.map(([name, cell]) => [name, cellOf(cell as Cell)]));
  }
  throw new BbbError('E_INPUT', `${where}: expected ${known.size > 0 ? 'a row' : 'a list of numbers'}.`, {
    hint:
      known.size > 0
        ? 'Give a line such as {"name of a column": 1.5, ...} or [1.5, ...] for each example.'
        : 'Give a line such as [0, 0.5, 1] or {"input": [0, 0.5, 1]} for each example.',
  });
}

function isCell(value: unknown): value is Cell {
  return value === null || typeof value === 'number' || typeof value === 'string';
}

/** Texts that mean a missing value in a table have the same meaning here. */
function cellOf(cell: Cell): Cell {
  return typeof cell === 'string' && isMissing(cell) ? null : cell;
}

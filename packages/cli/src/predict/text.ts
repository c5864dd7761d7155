import { BbbError } from '@bbb/core';
import { parse } from 'csv-parse/sync';

const MISSING = new Set(['', 'NA', 'NaN', 'nan', '?', 'null']);

/**
 * The rows of a table of numbers, with or without a line of names; an empty cell, NA, NaN or ? is a missing value (NaN).
 * @throws BbbError `E_INPUT` for a cell that is no number, or another number of columns, with the line
 */
export function parseTable(text: string, source: string, columns: number): number[][] {
  const delimiter = [',', ';', '\t'].find((mark) => text.split('\n', 1)[0]!.includes(mark)) ?? ',';
  let records: string[][];
  try {
    records = parse(text, {
      bom: true,
      delimiter,
      trim: true,
      skip_empty_lines: true,
      relax_column_count: true,
    });
  } catch (cause) {
    throw new BbbError('E_INPUT', `${source} is no table: ${(cause as Error).message}`, {
      hint: 'Give PNG, JPEG, IDX or CSV files, or JSON lines.',
      cause,
    });
  }
  const isNamed = records[0]?.some((cell) => !MISSING.has(cell) && Number.isNaN(Number(cell))) ?? false;
  return records.slice(isNamed ? 1 : 0).map((record, i) => {
    const line = i + (isNamed ? 2 : 1);
    if (record.length !== columns) throw wrongSize(source, line, record.length, columns);
    return record.map((cell, column) => {
      const value = MISSING.has(cell) ? NaN : Number(cell);
      if (!Number.isNaN(value) || MISSING.has(cell)) return value;
      throw new BbbError(
        'E_INPUT',
        `${source}, line ${line}: column ${column + 1} is "${cell.slice(0, 40)}", no number.`,
        {
          hint: 'Columns are the numbers that the network was trained on, without the target, in the same order.',
        },
      );
    });
  });
}

/**
 * An example a line: `[1, 2, 3]`, or `{"input": [1, 2, 3]}`, nested or not; null is a missing value (NaN).
 * @throws BbbError `E_INPUT` for anything else, with the line
 */
export function parseJsonLines(text: string, source: string, size: number): number[][] {
  return text.split('\n').flatMap((line, i) => {
    if (line.trim() === '') return [];
    const numbers = numbersOf(line, source, i + 1);
    if (numbers.length !== size) throw wrongSize(source, i + 1, numbers.length, size);
    return [numbers];
  });
}

function numbersOf(line: string, source: string, number: number): number[] {
  try {
    const value: unknown = JSON.parse(line);
    const input: unknown = Array.isArray(value) ? value : Object(value).input;
    if (Array.isArray(input)) {
      const flat = input.flat(4) as unknown[];
      if (flat.every((x) => x === null || typeof x === 'number')) return flat.map((x) => x ?? NaN);
    }
  } catch {
    // Told below.
  }
  throw new BbbError('E_INPUT', `${source}, line ${number}: this is no list of numbers.`, {
    hint: 'Give a line such as [0, 0.5, 1] or {"input": [0, 0.5, 1]} for each example.',
  });
}

function wrongSize(source: string, line: number, got: number, expected: number): BbbError {
  return new BbbError(
    'E_INPUT',
    `${source}, line ${line}: ${got} numbers; an example of this model has ${expected}.`,
    {
      hint: 'Give the columns that the network was trained on, without the target.',
    },
  );
}

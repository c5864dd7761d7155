import { BbbError } from '@bbb/core';

/** A place in a file: its path, and the line as an editor counts lines. */
export interface Place {
  readonly path: string;
  readonly line: number;
  readonly column?: string;
}

export type CsvCode =
  | 'E_CSV_FILE'
  | 'E_CSV_EMPTY'
  | 'E_CSV_ENCODING'
  | 'E_CSV_FORMAT'
  | 'E_CSV_COLUMN'
  | 'E_CSV_TARGET'
  | 'E_CSV_VALUE'
  | 'E_CSV_MISSING'
  | 'E_CSV_CATEGORY'
  | 'E_CSV_SPLIT';

export function csvError(code: CsvCode, message: string, hint: string, cause?: unknown): BbbError {
  return new BbbError(code, message, { hint, ...(cause === undefined ? {} : { cause }) });
}

/** `prices.csv, line 17, column "rooms"` */
export function placeText({ path, line, column }: Place): string {
  return `${path}, line ${line}${column === undefined ? '' : `, column ${JSON.stringify(column)}`}`;
}

const MOST_SHOWN = 60;

/** A value in quotes; a long one is cut. */
export function shown(value: string): string {
  return JSON.stringify(value.length > MOST_SHOWN ? `${value.slice(0, MOST_SHOWN)}...` : value);
}

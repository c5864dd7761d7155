import type { DataPart, TargetSpec } from '@bbb/core';
import { sharedBytes, sharedFloats } from '../memory.js';
import { checkWidth } from './columns.js';
import { encodeRows, type Encoding } from './encode.js';
import { csvError, placeText, type Place } from './errors.js';
import type { CsvOptions } from './options.js';
import { readTable } from './read.js';
import { newSchema, orderIn, type Schema } from './schema.js';
import { rowSplit } from './split.js';
import { rowStore, type RowStore } from './store.js';
import { isMissing } from './values.js';

/** Rows that are used together. */
export interface Rows {
  readonly features: RowStore;
  readonly targets: RowStore;
}

/** One file, read. */
export interface ReadFile {
  readonly schema: Schema;
  readonly rows: Rows;
  /** Test rows, if a column of the file says which rows these are. */
  readonly held?: Rows;
  /** Number of rows that are left out because of missing values. */
  readonly dropped: number;
  /** Number of rows that are trained on, although the file calls them validation rows. */
  readonly validation: number;
  readonly sha256: string;
}

/** Takes the rows after the first one. */
interface RowTaker extends Omit<ReadFile, 'sha256'> {
  take(fields: readonly string[], line: number): void;
}

/**
 * @param known schema of the training file, if this is a test file
 * @throws BbbError with file, line and column of what does not fit
 */
export async function readPart(path: string, options: CsvOptions, known?: Schema): Promise<ReadFile> {
  let taker: RowTaker | undefined;
  const sha256 = await readTable(path, options.delimiter, ({ fields, line }) => {
    if (!taker) {
      const schema = known ?? newSchema(path, fields, options);
      taker = rowTaker(path, schema, orderIn(path, fields, schema), options);
      if (schema.header) return;
    }
    taker.take(fields, line);
  });
  if (!taker || taker.rows.targets.count + (taker.held?.targets.count ?? 0) === 0)
    throw emptyTable(path, taker);
  const { schema, rows, held, dropped, validation } = taker;
  for (const [part, word] of [[rows, 'train on'] as const, [held, 'test with'] as const])
    if (part?.targets.count === 0) throw emptySplit(path, schema, word);
  return { schema, rows, ...(held ? { held } : {}), dropped, validation, sha256 };
}

/** @param order for each field of the schema: its position in this file */
function rowTaker(path: string, schema: Schema, order: readonly number[], options: CsvOptions): RowTaker {
  const { columns, readers, target } = schema;
  const used = [columns.target, ...columns.features];
  const newRows = (): Rows => ({ features: rowStore(readers.length), targets: rowStore(1) });
  const rows = newRows();
  const split = columns.split === undefined ? undefined : rowSplit(options);
  const held = split && newRows();
  const values = new Float32Array(readers.length);
  const targetValue = new Float32Array(1);
  let dropped = 0;
  // One object for all fields. It is only read for an error message.
  const place = { path, line: 0, column: '' };
  const at = (column: number): Place => {
    place.column = columns.names[column]!;
    return place;
  };
  const isHeld = (fields: readonly string[]): boolean =>
    split !== undefined && split.isTest(fields[order[columns.split!]!]!, at(columns.split!));

  return {
    schema,
    rows,
    ...(held ? { held } : {}),
    get dropped() {
      return dropped;
    },
    get validation() {
      return split?.validation ?? 0;
    },
    take(fields, line) {
      place.line = line;
      checkWidth(fields, columns.names, { path, line });
      const missing = used.find((column) => isMissing(fields[order[column]!]!));
      if (missing !== undefined && options.missing === 'drop') {
        dropped++;
        return;
      }
      if (missing !== undefined && (options.missing === 'refuse' || missing === columns.target)) {
        throw missingValue(at(missing), missing === columns.target);
      }
      const test = isHeld(fields);
      for (let c = 0; c < readers.length; c++) {
        const column = columns.features[c]!;
        values[c] = readers[c]!.read(fields[order[column]!]!, at(column), test);
      }
      targetValue[0] = target.read(fields[order[columns.target]!]!, at(columns.target), test);
      const into = test ? held! : rows;
      into.targets.push(targetValue);
      into.features.push(values);
    },
  };
}

function missingValue(place: Place, isTarget: boolean): Error {
  return csvError(
    'E_CSV_MISSING',
    `${placeText(place)}: the value is missing.`,
    isTarget
      ? 'A row without its target teaches nothing: --dataset-option missing=drop leaves such rows out.'
      : 'Say what to do: --dataset-option missing=mean, median or drop.',
  );
}

function emptyTable(path: string, taker: RowTaker | undefined): Error {
  const dropped = taker?.dropped ?? 0;
  const what = !taker
    ? 'is empty'
    : dropped > 0
      ? `has no row without a missing value (${dropped} rows)`
      : 'has a header and no rows';
  return csvError('E_CSV_EMPTY', `${path} ${what}.`, 'Give a table with rows.');
}

function emptySplit(path: string, { columns }: Schema, word: string): Error {
  return csvError(
    'E_CSV_SPLIT',
    `${path}: the column ${JSON.stringify(columns.names[columns.split!])} leaves no row to ${word}.`,
    'Its values are train and test, or name those of rows for testing: --dataset-option splitTest=VALUE.',
  );
}

/** Writes features and targets into shared memory. The rows are empty afterwards. */
export function encodePart(
  { features, targets }: Rows,
  { target }: Schema,
  encodings: readonly Encoding[],
  spec: TargetSpec,
): DataPart {
  const { count } = targets;
  const stored = spec.kind === 'class' ? sharedBytes(count) : sharedFloats(count);
  targets.drain((chunk, at, row) => (stored[row] = target.stored(chunk[at]!, spec)));
  return { features: encodeRows(features, encodings), targets: stored, count };
}

import type { DataPart, TargetSpec } from '@bbb/core';
import { sharedBytes, sharedFloats } from '../memory.js';
import { checkWidth } from './columns.js';
import { encodeRows, type Encoding } from './encode.js';
import { csvError, placeText, type Place } from './errors.js';
import type { CsvOptions } from './options.js';
import { readTable } from './read.js';
import { newSchema, orderIn, type Schema } from './schema.js';
import { rowStore, type RowStore } from './store.js';
import { isMissing } from './values.js';

/** One file, read. */
export interface ReadPart {
  readonly schema: Schema;
  readonly rows: RowStore;
  readonly targets: RowStore;
  /** Rows left out because of missing values. */
  readonly dropped: number;
  readonly sha256: string;
}

/** Takes the rows after the first one. */
interface RowTaker extends Omit<ReadPart, 'sha256'> {
  take(fields: readonly string[], line: number): void;
}

/**
 * @param known of the training file, for a test file
 * @throws BbbError with file, line and column of what does not fit
 */
export async function readPart(path: string, options: CsvOptions, known?: Schema): Promise<ReadPart> {
  let taker: RowTaker | undefined;
  const sha256 = await readTable(path, options.delimiter, ({ fields, line }) => {
    if (!taker) {
      const schema = known ?? newSchema(path, fields, options);
      taker = rowTaker(path, schema, orderIn(path, fields, schema), options);
      if (schema.header) return;
    }
    taker.take(fields, line);
  });
  if (!taker || taker.rows.count === 0) throw emptyTable(path, taker);
  const { schema, rows, targets, dropped } = taker;
  return { schema, rows, targets, dropped, sha256 };
}

/** @param order where the fields of the schema stand in this file */
function rowTaker(path: string, schema: Schema, order: readonly number[], options: CsvOptions): RowTaker {
  const { columns, readers, target } = schema;
  const used = [columns.target, ...columns.features];
  const rows = rowStore(readers.length);
  const targets = rowStore(1, true);
  const values = new Float64Array(readers.length);
  let dropped = 0;
  // One place for all fields: it is read when something is wrong with one.
  const place = { path, line: 0, column: '' };
  const at = (column: number): Place => {
    place.column = columns.names[column]!;
    return place;
  };

  return {
    schema,
    rows,
    targets,
    get dropped() {
      return dropped;
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
      for (let c = 0; c < readers.length; c++) {
        const column = columns.features[c]!;
        values[c] = readers[c]!.read(fields[order[column]!]!, at(column));
      }
      targets.push([target.read(fields[order[columns.target]!]!, at(columns.target))]);
      rows.push(values);
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

/** Features and targets in shared memory. The part is used up. */
export function encodePart(
  { rows, targets, schema }: ReadPart,
  encodings: readonly Encoding[],
  spec: TargetSpec,
): DataPart {
  const { count } = targets;
  const stored = spec.kind === 'class' ? sharedBytes(count) : sharedFloats(count);
  targets.drain((chunk, at, row) => (stored[row] = schema.target.stored(chunk[at]!, spec)));
  return { features: encodeRows(rows, encodings), targets: stored, count };
}

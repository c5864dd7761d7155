import { chooseColumns, columnNames, looksLikeHeader, type Columns } from './columns.js';
import { csvError } from './errors.js';
import { fieldReader, type FieldReader } from './fields.js';
import type { CsvOptions } from './options.js';
import { targetReader, type TargetReader } from './target.js';

/** What the training file says about the columns. A test file is read with it, too. */
export interface Schema {
  readonly columns: Columns;
  readonly header: boolean;
  /** Readers of the features, in their order. */
  readonly readers: readonly FieldReader[];
  readonly target: TargetReader;
}

/** Makes a schema from the first row of the training file. */
export function newSchema(path: string, first: readonly string[], options: CsvOptions): Schema {
  const header = options.header ?? looksLikeHeader(first, options);
  const names = columnNames(path, first, header);
  const columns = chooseColumns(path, names, options);
  return {
    columns,
    header,
    readers: columns.features.map((i) => fieldReader(names[i]!, columns.categorical.has(i))),
    target: targetReader(path, names[columns.target]!, options),
  };
}

/**
 * The positions of the training file's fields in another file, from its first row.
 * @throws BbbError `E_CSV_COLUMN`
 */
export function orderIn(path: string, first: readonly string[], { columns, header }: Schema): number[] {
  const names = columnNames(path, first, header);
  const indices = new Map(names.map((name, index) => [name, index]));
  const absent = columns.names.find((name) => !indices.has(name));
  if (absent === undefined && names.length === columns.names.length) {
    return columns.names.map((name) => indices.get(name)!);
  }
  throw csvError(
    'E_CSV_COLUMN',
    `${path} has other columns than the training file: ${names.length}, where that has ${columns.names.length}${absent === undefined ? '' : `, and none called ${JSON.stringify(absent)}`}.`,
    'Give both files the same columns.',
  );
}

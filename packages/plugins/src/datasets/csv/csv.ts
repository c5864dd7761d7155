import { BbbError, defineDataset, type Dataset, type TargetSpec } from '@bbb/core';
import { basename } from 'node:path';
import { emptyPart } from '../memory.js';
import { categoryInputs, encodings, inputWidth, tableOf, type Encoding } from './encode.js';
import { csvError } from './errors.js';
import { findTables } from './files.js';
import { csvOptions, type CsvOptions } from './options.js';
import { encodePart, readPart, type ReadFile } from './part.js';

/** A table of the user. It is read once, as a stream. The training file decides what a column is, and which categories it has. */
export const csv = defineDataset<CsvOptions>({
  description: 'A table of your own (CSV): numbers and categories, a target that is a class or a number.',
  options: csvOptions,
  preset: 'table',
  reads: 'table',
  async load(options, { dataDir }): Promise<Dataset> {
    const path = options.data ?? dataDir;
    if (path === undefined) {
      throw new BbbError('E_DATA_DIR', 'The data set "csv" needs a file.', {
        hint: `Name it: --data FILE${options.target === undefined ? ' --target COLUMN' : ''}.`,
      });
    }
    const files = await findTables(path);
    if (files.test !== undefined && options.split !== undefined) throw splitTwice(path);
    const read = await readPart(files.train, options);
    const { schema } = read;
    for (const part of [...schema.readers, schema.target]) part.close();
    const target = schema.target.spec();
    const tested = files.test === undefined ? undefined : await readPart(files.test, options, schema);

    const columns = encodings(schema.readers);
    const train = encodePart(read.rows, schema, columns, target);
    const held = read.held ?? tested?.rows;
    return {
      name: options.name ?? files.name,
      inputShape: [inputWidth(columns)],
      target,
      train,
      test: held ? encodePart(held, schema, columns, target) : emptyPart(train),
      table: tableOf(columns, schema.columns),
      ...missingOf(options, columns),
      sha256: {
        [basename(files.train)]: read.sha256,
        ...(tested ? { [basename(files.test!)]: tested.sha256 } : {}),
      },
      source: path,
      notes: notesOn(read, tested, target, options),
    };
  },
});

/** How missing values are filled. Each trial fits the values to fill with on its own training split. */
function missingOf({ missing }: CsvOptions, columns: readonly Encoding[]): Pick<Dataset, 'missing'> {
  if (missing !== 'mean' && missing !== 'median') return {};
  const categories = categoryInputs(columns);
  return { missing: { fill: missing, ...(categories.length > 0 ? { categories } : {}) } };
}

function splitTwice(path: string): Error {
  return csvError(
    'E_CSV_SPLIT',
    `${path} has a test file, and split names a column that says which rows are for testing.`,
    'Leave out split, or name the one file with --data FILE.',
  );
}

function notesOn(
  { schema, dropped, validation, held }: ReadFile,
  tested: ReadFile | undefined,
  target: TargetSpec,
  options: CsvOptions,
): string[] {
  const { columns, header, readers } = schema;
  const name = columns.names[columns.target]!;
  const kinds = readers.filter(({ kind }) => kind === 'category');
  const filled = readers.reduce((sum, { missing }) => sum + missing, 0);
  const left = dropped + (tested?.dropped ?? 0);
  const most =
    target.kind === 'class'
      ? target.names!.slice(0, 10).join(', ') + (target.classes > 10 ? ', ...' : '')
      : '';
  return [
    target.kind === 'class' ? `The target ${name} is a class: ${most}.` : `The target ${name} is a number.`,
    ...(header ? [] : ['The first row is data: columns are called by their numbers from 1.']),
    ...(kinds.length > 0
      ? [`Categories: ${kinds.map((reader) => `${reader.name} (${reader.categories.length})`).join(', ')}.`]
      : []),
    ...(filled > 0
      ? [`${filled} missing values are filled with the ${options.missing} of the rows that are trained on.`]
      : []),
    ...(left > 0 ? [`${left} rows with missing values are left out.`] : []),
    ...(held
      ? [
          `The column ${columns.names[columns.split!]} says which rows are for testing: ${held.targets.count}.`,
        ]
      : []),
    ...(validation > 0
      ? [`${validation} rows for validation are rows to train on: --validation holds out as many as it says.`]
      : []),
  ];
}

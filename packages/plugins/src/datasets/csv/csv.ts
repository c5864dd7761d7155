import { BbbError, defineDataset, type Dataset, type TargetSpec } from '@bbb/core';
import { basename } from 'node:path';
import { emptyPart } from '../memory.js';
import { encodings, inputWidth } from './encode.js';
import { findTables } from './files.js';
import { csvOptions, type CsvOptions } from './options.js';
import { encodePart, readPart, type ReadPart } from './part.js';

/** A table of one's own. Read once, as a stream; what a column is, and what its categories are, is what the training file says. */
export const csv = defineDataset<CsvOptions>({
  description: 'A table of your own (CSV): numbers and categories, a target that is a class or a number.',
  options: csvOptions,
  async load(options, { dataDir }): Promise<Dataset> {
    const path = options.data ?? dataDir;
    if (path === undefined) {
      throw new BbbError('E_DATA_DIR', 'The data set "csv" needs a file.', {
        hint: 'Name it: --dataset-option data=FILE --dataset-option target=COLUMN.',
      });
    }
    const files = await findTables(path);
    const read = await readPart(files.train, options);
    const { schema } = read;
    for (const part of [...schema.readers, schema.target]) part.close();
    const target = schema.target.spec();
    const held = files.test === undefined ? undefined : await readPart(files.test, options, schema);

    const columns = encodings(schema.readers, read.rows, options.missing);
    const notes = notesOn(read, held, target, options);
    const train = encodePart(read, columns, target);
    return {
      name: options.name ?? files.name,
      inputShape: [inputWidth(columns)],
      target,
      train,
      test: held ? encodePart(held, columns, target) : emptyPart(train),
      sha256: {
        [basename(files.train)]: read.sha256,
        ...(held ? { [basename(files.test!)]: held.sha256 } : {}),
      },
      source: path,
      notes,
    };
  },
});

function notesOn(
  { schema, dropped }: ReadPart,
  held: ReadPart | undefined,
  target: TargetSpec,
  options: CsvOptions,
): string[] {
  const { columns, header, readers } = schema;
  const name = columns.names[columns.target]!;
  const kinds = readers.filter(({ kind }) => kind === 'category');
  const filled = readers.reduce((sum, { missing }) => sum + missing, 0);
  const left = dropped + (held?.dropped ?? 0);
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
      ? [`${filled} missing values are filled with the ${options.missing} of the training file.`]
      : []),
    ...(left > 0 ? [`${left} rows with missing values are left out.`] : []),
  ];
}

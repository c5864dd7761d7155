import { readdir, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { csvError } from './errors.js';

const TABLE = /\.(csv|tsv|txt|tab)(\.gz)?$/i;

export interface TableFiles {
  /** Default name of the set. */
  readonly name: string;
  readonly train: string;
  readonly test?: string;
}

/**
 * The files of a path: the file itself; or, in a folder, `train.csv` and `test.csv`, or the only table.
 * @throws BbbError `E_CSV_FILE`
 */
export async function findTables(path: string): Promise<TableFiles> {
  const found = await stat(path).catch((cause: unknown) => {
    throw csvError('E_CSV_FILE', `There is no file ${path}.`, 'Name a CSV file: --data FILE.', cause);
  });
  const name = basename(resolve(path)).replace(TABLE, '') || 'csv';
  if (!found.isDirectory()) return { name, train: path };
  const tables = (await readdir(path)).filter((file) => TABLE.test(file)).sort();
  const called = (part: string): string[] =>
    tables.filter((file) => file.toLowerCase().replace(TABLE, '') === part);
  const [train, test] = [called('train'), called('test')];
  if (train.length === 1 && test.length <= 1) {
    return {
      name,
      train: join(path, train[0]!),
      ...(test[0] === undefined ? {} : { test: join(path, test[0]) }),
    };
  }
  if (tables.length === 1) return { name, train: join(path, tables[0]!) };
  throw csvError(
    'E_CSV_FILE',
    tables.length === 0
      ? `The folder ${path} has no CSV file.`
      : `The folder ${path} has ${tables.length} tables: ${tables.slice(0, 10).join(', ')}.`,
    'Name one with --data FILE, or call them train.csv and test.csv.',
  );
}

import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { BbbError, type DatasetContext } from '@bbb/core';

/** A file of scikit-learn's folder of data. */
export interface PublishedFile {
  readonly name: string;
  /** Of the uncompressed file. */
  readonly sha256: string;
}

const PACKAGE = 'python3-sklearn';
/** Where Debian and Ubuntu install it. */
const DEBIAN = '/usr/lib/python3/dist-packages/sklearn/datasets/data';

export interface FoundFile {
  readonly text: string;
  readonly path: string;
}

/**
 * Finds a published file and holds it against its hash: in the user's folder and nowhere else when that is given, else in `BBB_DATA_DIR`,
 * else in the Debian package.
 * @throws BbbError `E_DATA_MISSING`, `E_DATA_HASH`
 */
export async function findFile(
  set: string,
  { name, sha256 }: PublishedFile,
  { dataDir, secondary = false }: DatasetContext,
  env: Readonly<Record<string, string | undefined>> = process.env,
): Promise<FoundFile> {
  const elsewhere = [...(env['BBB_DATA_DIR'] ? [env['BBB_DATA_DIR']] : []), DEBIAN];
  const folders = dataDir === undefined ? elsewhere : [dataDir, ...(secondary ? elsewhere : [])];
  for (const folder of folders) {
    for (const path of [join(resolve(folder), set, name), join(resolve(folder), name)]) {
      const bytes = await readFile(path).catch(() => undefined);
      if (bytes) return { text: await checked(set, path, bytes, sha256), path };
    }
  }
  throw new BbbError('E_DATA_MISSING', `${name} of the data set ${set} is not in ${folders.join(' or ')}.`, {
    hint: `apt-get install ${PACKAGE}, or give the folder sklearn/datasets/data of another installation with --data-dir DIR or BBB_DATA_DIR=DIR.`,
  });
}

async function checked(set: string, path: string, bytes: Buffer, sha256: string): Promise<string> {
  const content = await unzipped(path, bytes);
  const found = createHash('sha256').update(content).digest('hex');
  if (found === sha256) return content.toString('utf8');
  throw new BbbError(
    'E_DATA_HASH',
    `${path} is not the published file: SHA-256 ${found}, expected ${sha256}.`,
    {
      hint: `The file is damaged, was altered, or is of another version: apt-get install --reinstall ${PACKAGE}. For a table of your own: --dataset csv, not ${set}.`,
    },
  );
}

async function unzipped(path: string, bytes: Buffer): Promise<Buffer> {
  if (!path.endsWith('.gz')) return bytes;
  return promisify(gunzip)(bytes).catch((cause: unknown) => {
    throw new BbbError('E_DATA_HASH', `${path} can not be unzipped.`, {
      hint: `apt-get install --reinstall ${PACKAGE}`,
      cause,
    });
  });
}

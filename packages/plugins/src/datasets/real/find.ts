import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { BbbError, type DatasetContext } from '@bbb/core';
import type { PublishedFile, PublishedPackage, RealSet } from './set.js';

export interface FoundFile {
  readonly text: string;
  readonly path: string;
}

/**
 * Finds a published file and checks its hash. If the user gives a folder, the file must be there. Otherwise it is looked for in
 * `BBB_DATA_DIR`, then where its package installs it.
 * @throws BbbError `E_DATA_MISSING`, `E_DATA_HASH`
 */
export async function findFile(
  { name: set, from }: Pick<RealSet, 'name' | 'from'>,
  { name, sha256 }: PublishedFile,
  { dataDir, secondary = false }: DatasetContext,
  env: Readonly<Record<string, string | undefined>> = process.env,
): Promise<FoundFile> {
  const elsewhere = [
    ...(env['BBB_DATA_DIR'] ? [env['BBB_DATA_DIR']] : []),
    from.dir,
    ...(from.other ? [from.other.dir] : []),
  ];
  const folders = dataDir === undefined ? elsewhere : [dataDir, ...(secondary ? elsewhere : [])];
  for (const folder of folders) {
    const places = [join(set, basename(name)), name, basename(name)];
    for (const path of places.map((place) => join(resolve(folder), place))) {
      const bytes = await readFile(path).catch(() => undefined);
      if (bytes) return { text: await checked({ name: set, from }, path, bytes, sha256), path };
    }
  }
  throw new BbbError(
    'E_DATA_MISSING',
    `${basename(name)} of the data set ${set} is not in ${folders.join(' or ')}.`,
    {
      hint: wayTo(from),
    },
  );
}

function wayTo({ name, dir, other }: PublishedPackage): string {
  const own = dir.replace(/^.*dist-packages\//, '');
  return [
    `apt-get install ${name}`,
    ...(other ? [other.command] : []),
    `or give the folder ${own} of another installation with --data-dir DIR or BBB_DATA_DIR=DIR.`,
  ].join(', ');
}

async function checked(
  { name: set, from }: Pick<RealSet, 'name' | 'from'>,
  path: string,
  bytes: Buffer,
  sha256: string,
): Promise<string> {
  const content = await unzipped(from, path, bytes);
  const found = createHash('sha256').update(content).digest('hex');
  if (found === sha256) return content.toString('utf8');
  throw new BbbError(
    'E_DATA_HASH',
    `${path} is not the published file: SHA-256 ${found}, expected ${sha256}.`,
    {
      hint: `The file is damaged, was altered, or is of another version: apt-get install --reinstall ${from.name}. For a table of your own: --dataset csv, not ${set}.`,
    },
  );
}

async function unzipped(from: PublishedPackage, path: string, bytes: Buffer): Promise<Buffer> {
  if (!path.endsWith('.gz')) return bytes;
  return promisify(gunzip)(bytes).catch((cause: unknown) => {
    throw new BbbError('E_DATA_HASH', `${path} can not be unzipped.`, {
      hint: `apt-get install --reinstall ${from.name}`,
      cause,
    });
  });
}

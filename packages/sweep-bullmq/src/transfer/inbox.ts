import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { BbbError, syncFolder } from '@bbb/core';
import type { Parcel } from '../protocol.js';

/** Where files of hosts arrive, in the sweep's folder. Nothing here counts until the coordinator has looked at it. */
export const inboxFolder = (dir: string): string => join(dir, 'sweep.inbox');

export interface Inbox {
  readonly folder: string;
  /** A file by whose name a host recognises the folder. */
  readonly nonce: string;
  has(parcel: Parcel): Promise<boolean>;
  /** The bytes, checked. @throws BbbError `E_PARCEL` */
  read(parcel: Parcel): Promise<Buffer>;
  /** Moves the file, checked, over another. @throws BbbError `E_PARCEL` */
  move(parcel: Parcel, target: string): Promise<void>;
  remove(parcel: Parcel): Promise<void>;
  /** Everything goes. */
  clear(): Promise<void>;
}

export async function openInbox(dir: string): Promise<Inbox> {
  const folder = inboxFolder(dir);
  await mkdir(folder, { recursive: true });
  const nonce = `nonce-${randomUUID()}`;
  await writeFile(join(folder, nonce), '');
  const path = ({ id }: Parcel): string => join(folder, id);
  return {
    folder,
    nonce,
    has: (parcel) =>
      stat(path(parcel)).then(
        ({ size }) => size === parcel.bytes,
        () => false,
      ),
    async read(parcel) {
      await verify(path(parcel), parcel);
      return readFile(path(parcel));
    },
    async move(parcel, target) {
      await verify(path(parcel), parcel);
      await rename(path(parcel), target);
      await syncFolder(dirname(target));
    },
    remove: (parcel) => rm(path(parcel), { force: true }),
    clear: () => rm(folder, { recursive: true, force: true, maxRetries: 3 }),
  };
}

/** @throws BbbError `E_PARCEL` for a file that is missing or not what was sent */
export async function verify(path: string, { id, bytes, sha256 }: Parcel): Promise<void> {
  const hash = createHash('sha256');
  let size = 0;
  try {
    for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
      hash.update(chunk);
      size += chunk.length;
    }
  } catch (cause) {
    throw new BbbError('E_PARCEL', `The file ${id} of a host did not arrive.`, { cause });
  }
  if (size === bytes && hash.digest('hex') === sha256) return;
  throw new BbbError('E_PARCEL', `The file ${id} arrived damaged: its checksum is wrong.`, {
    hint: `${size} bytes, expected ${bytes}.`,
  });
}

import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, statSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BbbError } from '@bbb/core';
import { checkOwnFolders, isOwnFile, openOwn } from '@bbb/sweep/host';
import type { Parcel } from '../protocol.js';

/** Where files of hosts arrive, in the sweep's folder. Nothing here counts until the coordinator has looked at it. */
export const inboxFolder = (dir: string): string => join(dir, 'sweep.inbox');

/** Where those of one trial arrive: no other trial's are taken for it. */
export const trialInbox = (inbox: string, trial: string): string => join(inbox, trial);

export interface Inbox {
  readonly folder: string;
  /** A file by whose name a host recognises the folder. */
  readonly nonce: string;
  /** What has arrived for one trial. */
  of(trial: string): TrialInbox;
  /** Everything goes. */
  clear(): Promise<void>;
}

export interface TrialInbox {
  has(parcel: Parcel): boolean;
  /** The bytes, checked. @throws BbbError `E_PARCEL` */
  read(parcel: Parcel): Promise<Buffer>;
  remove(parcel: Parcel): Promise<void>;
}

export async function openInbox(dir: string): Promise<Inbox> {
  const folder = inboxFolder(dir);
  await mkdir(folder, { recursive: true });
  checkOwnFolders(join(trialInbox(folder, '0'.repeat(16)), 'any'));
  const nonce = `nonce-${randomUUID()}`;
  await writeFile(join(folder, nonce), '', { flag: 'wx' });
  return {
    folder,
    nonce,
    of: (trial) => inboxOf(trialInbox(folder, trial)),
    clear: () => rm(folder, { recursive: true, force: true, maxRetries: 3 }),
  };
}

function inboxOf(folder: string): TrialInbox {
  const path = ({ id }: Parcel): string => join(folder, id);
  return {
    has: (parcel) => isOwnFile(path(parcel)) && statSync(path(parcel)).size === parcel.bytes,
    async read(parcel) {
      const chunks: Buffer[] = [];
      await verify(path(parcel), parcel, (chunk) => chunks.push(chunk));
      return Buffer.concat(chunks);
    },
    remove: (parcel) => rm(path(parcel), { force: true }),
  };
}

/**
 * Reads a file, and nothing but a file: what a host puts into a shared folder may be a link, or a pipe without an end.
 * @param onChunk given what is read, which is what was sent only once this resolves
 * @throws BbbError `E_PARCEL` for one that is missing or not what was sent
 */
export async function verify(
  path: string,
  { id, bytes, sha256 }: Parcel,
  onChunk: (chunk: Buffer) => void = () => undefined,
): Promise<void> {
  const hash = createHash('sha256');
  let size = 0;
  try {
    const file = openOwn(path, 'read');
    const stream = createReadStream('', { fd: file });
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > bytes) break;
      hash.update(chunk);
      onChunk(chunk);
    }
  } catch (cause) {
    throw new BbbError('E_PARCEL', `The file ${id} of a host did not arrive.`, { cause });
  }
  if (size === bytes && hash.digest('hex') === sha256) return;
  throw new BbbError('E_PARCEL', `The file ${id} arrived damaged: its checksum is wrong.`, {
    hint: `${size} bytes, expected ${bytes}.`,
  });
}

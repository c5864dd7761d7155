import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, statSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BbbError } from '@bbb/core';
import { checkOwnFolders, isOwnFile, openOwn } from '@bbb/sweep/host';
import type { Parcel } from '../protocol.js';

/** The folder for files of hosts, in the sweep's folder. No file in it is used before the coordinator has checked it. */
export const inboxFolder = (dir: string): string => join(dir, 'sweep.inbox');

/** The folder for files of one trial. Files are accepted for this trial only. */
export const trialInbox = (inbox: string, trial: string): string => join(inbox, trial);

export interface Inbox {
  readonly folder: string;
  /** The name of a file by which a host recognises the folder. */
  readonly nonce: string;
  /** The inbox of one trial. */
  of(trial: string): TrialInbox;
  /** Removes everything. */
  clear(): Promise<void>;
}

export interface TrialInbox {
  has(parcel: Parcel): boolean;
  /** Reads and checks a file. @throws BbbError `E_PARCEL` */
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
 * Reads and checks a regular file. A host could put a link or an endless pipe into a shared folder, so nothing else is opened.
 * @param onChunk called with each part; they are known to be right only once this resolves
 * @throws BbbError `E_PARCEL` for a file that is missing or not what was sent
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
    throw new BbbError('E_PARCEL', `The file ${id} of a host did not arrive.`, {
      hint: 'The trial runs again. If this happens again, check the network.',
      cause,
    });
  }
  if (size === bytes && hash.digest('hex') === sha256) return;
  throw new BbbError(
    'E_PARCEL',
    `The file ${id} arrived damaged: got ${size} bytes, expected ${bytes} with another checksum.`,
    {
      hint: 'The trial runs again. If this happens again, check the network.',
    },
  );
}

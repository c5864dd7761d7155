import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { BbbError, writeFileAtomic } from '@bbb/core';
import { checkOwnFolders, readOwn, storing, trialFolder } from '@bbb/sweep/host';
import { z } from 'zod';
import type { Announcement, Parcel } from '../protocol.js';
import { inboxFolder, trialInbox } from './inbox.js';
import { CHUNK_BYTES } from './limits.js';
import { isProgress } from './server.js';

/** How a host exchanges files with the coordinator. */
export interface Delivery {
  /** Copies the files that a trial goes on from into a folder of this host. */
  fetch(trial: string, folder: string, given?: AbortSignal): Promise<void>;
  /** Puts a file into the inbox of a trial. @throws BbbError `E_UPLOAD`; `E_DISK_FULL`, `E_STORE_IO` of a shared folder */
  send(trial: string, bytes: Uint8Array, given?: AbortSignal): Promise<Parcel>;
  /** Checks that the coordinator can be reached. @throws the error otherwise */
  check(): Promise<void>;
}

/** Puts the metrics last: a checkpoint is used only together with the metrics up to it. */
const inOrder = (names: readonly string[]): string[] =>
  names.filter(isProgress).toSorted((a, b) => Number(a.endsWith('.jsonl')) - Number(b.endsWith('.jsonl')));

/** Exchanges files through a folder that both machines see. */
export function sharedDelivery(dir: string): Delivery {
  return {
    async fetch(trial, folder) {
      const from = trialFolder(dir, trial);
      for (const name of inOrder(await readdir(from).catch(() => []))) {
        // If the file is gone, there is a newer one.
        await readOwn(join(from, name)).then(
          (bytes) => writeFile(join(folder, name), bytes),
          () => undefined,
        );
      }
    },
    check: () => Promise.resolve(),
    async send(trial, bytes) {
      const parcel = parcelOf(bytes);
      const folder = trialInbox(inboxFolder(dir), trial);
      const path = join(folder, parcel.id);
      await storing('send the result of a trial', async () => {
        checkOwnFolders(path);
        await mkdir(folder, { recursive: true });
        await writeFileAtomic(path, bytes);
      });
      return parcel;
    },
  };
}

const namesSchema = z.array(z.string().max(255)).max(10_000);

/** Time limits for one request, milliseconds: with a chunk over a slow line, and without a chunk. */
const ANSWER_MS = 60_000;
const CHECK_MS = 15_000;

/** Exchanges files through the coordinator's upload address. */
export function uploadDelivery({ url, token }: NonNullable<Announcement['upload']>): Delivery {
  const authorization = `Bearer ${token}`;
  const ask = async (path: string, given?: AbortSignal, init: RequestInit = {}): Promise<Response> =>
    fetch(`${url.replace(/\/$/, '')}${path}`, {
      ...init,
      // The command line allowed this address only.
      redirect: 'error',
      signal: AbortSignal.any([AbortSignal.timeout(ANSWER_MS), ...(given ? [given] : [])]),
      headers: { ...(init.headers as Record<string, string>), authorization },
    });
  return {
    async fetch(trial, folder, given) {
      const answer = await expectOk(await ask(`/trials/${trial}`, given));
      const names = namesSchema.parse(await answer.json());
      for (const name of inOrder(names)) {
        const response = await ask(`/trials/${trial}/${name}`, given);
        if (response.ok) await writeFile(join(folder, name), new Uint8Array(await response.arrayBuffer()));
      }
    },
    async check() {
      await expectOk(await ask('/trials/0000000000000000', AbortSignal.timeout(CHECK_MS)));
    },
    async send(trial, bytes, given) {
      const parcel = parcelOf(bytes);
      for (let offset = 0; offset < bytes.length; offset += CHUNK_BYTES) {
        const chunk = bytes.slice(offset, offset + CHUNK_BYTES);
        const headers = { 'x-sha256': sha256(chunk) };
        const put = { method: 'PUT', body: chunk, headers };
        await expectOk(await ask(`/parcels/${trial}/${parcel.id}/${offset}`, given, put));
      }
      const query = `bytes=${parcel.bytes}&sha256=${parcel.sha256}`;
      await expectOk(await ask(`/parcels/${trial}/${parcel.id}?${query}`, given, { method: 'POST' }));
      return parcel;
    },
  };
}

async function expectOk(response: Response): Promise<Response> {
  if (response.ok) return response;
  throw new BbbError(
    'E_UPLOAD',
    `The coordinator refused a file: ${response.status} ${await response.text()}`,
    {
      hint: 'Check that --upload-to names the coordinator, and that all machines run the same version of bbb.',
    },
  );
}

function parcelOf(bytes: Uint8Array): Parcel {
  return { id: randomUUID(), bytes: bytes.length, sha256: sha256(bytes) };
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** How long a host tries to hand over files before it gives the trial up, milliseconds. */
const PATIENCE_MS = 600_000;
/** How long a host may take to leave, milliseconds. */
const LEAVING_MS = 20_000;

/**
 * Repeats a transfer until it works: the coordinator may be restarting, even at another address.
 * @param current gives the delivery to use now
 * @param leaving returns whether the host is leaving: then it stops trying sooner
 */
export async function persistently<T>(
  current: () => Delivery,
  run: (delivery: Delivery) => Promise<T>,
  given: AbortSignal,
  leaving: () => boolean,
): Promise<T> {
  const began = performance.now();
  for (let wait = 250; ; wait = Math.min(2 * wait, 5000)) {
    try {
      return await run(current());
    } catch (error) {
      const patience = leaving() ? LEAVING_MS : PATIENCE_MS;
      if (given.aborted || performance.now() - began > patience) throw error;
    }
    await sleep(wait, undefined, { signal: given });
  }
}

import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { FILE_ROLES, type FileRole } from './dataset.js';
import { DataError, systemCode } from './errors.js';
import { findFiles } from './files.js';
import { inflateIdx } from './gzip.js';
import { MAX_IDX_BYTES, parseIdx } from './idx.js';
import { usualName, type KnownSet } from './known.js';
import { verifyFile } from './verify.js';

/** Progress of a download. */
export interface DownloadProgress {
  /** Name of the data set. */
  readonly name: string;
  readonly file: string;
  readonly url: string;
  /** Bytes of this file so far, and in total if the server says how many. */
  readonly received: number;
  readonly total: number | undefined;
}

export interface DownloadOptions {
  /** Web folders that hold `train-images-idx3-ubyte.gz` and so on, tried in order. Default: `BBB_DATA_MIRROR`, else the set's own. */
  readonly mirrors?: readonly string[] | undefined;
  readonly onProgress?: ((progress: DownloadProgress) => void) | undefined;
  /** Stops a download. Complete files stay in the cache. */
  readonly signal?: AbortSignal | undefined;
  /** After this time without data, the next server is tried. Default 30 s. */
  readonly stallMs?: number | undefined;
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
}

/**
 * Downloads the files of a set that are not in `dir`. A file is moved there, by an atomic rename, after its SHA-256 was checked. So an
 * interrupted download leaves only complete files, and the next download fetches the others.
 *
 * @param advice what else the user can do, for the error
 * @throws DataError `E_DATA_DOWNLOAD` with what every mirror answered, `E_DATA_CACHE` when `dir` can't be written
 * @throws the signal's reason when aborted
 */
export async function fillCache(
  set: KnownSet,
  dir: string,
  advice: string,
  options: DownloadOptions = {},
): Promise<void> {
  const override = (options.env ?? process.env)['BBB_DATA_MIRROR'];
  const mirrors = options.mirrors ?? (override ? [override] : set.mirrors);
  await toCache(dir, () => mkdir(dir, { recursive: true }));
  await removeLeftovers(dir);
  const found = (await findFiles(dir)) ?? {};
  for (const role of FILE_ROLES) {
    if (found[role] === undefined) await downloadFile(set, role, dir, mirrors, advice, options);
  }
}

/** Removes parts of downloads that were killed: those older than a day, because a younger one may still be under way in another process. */
async function removeLeftovers(dir: string): Promise<void> {
  for (const name of await readdir(dir)) {
    if (!name.endsWith('.part')) continue;
    const path = join(dir, name);
    const changed = await changedAt(path);
    if (changed !== undefined && Date.now() - changed > DAY_MS) await rm(path, { force: true });
  }
}

/** Undefined if the file is gone, because the process that downloaded it has renamed it. */
async function changedAt(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).mtimeMs;
  } catch (cause) {
    if (systemCode(cause) === 'ENOENT') return undefined;
    throw cause;
  }
}

const DAY_MS = 24 * 60 * 60 * 1000;

async function downloadFile(
  set: KnownSet,
  role: FileRole,
  dir: string,
  mirrors: readonly string[],
  advice: string,
  options: DownloadOptions,
): Promise<void> {
  const file = `${usualName(role)}.gz`;
  const failures: string[] = [];
  let cause: unknown;
  for (const mirror of mirrors) {
    const temporary = join(dir, `.${file}.${randomUUID()}.part`);
    try {
      const url = new URL(file, mirror.endsWith('/') ? mirror : `${mirror}/`).href;
      await fetchTo(temporary, url, set, file, options);
      const content = await inflateIdx(await readFile(temporary), url);
      // For a login page, this error says "not an IDX file". The hash alone would only say "damaged".
      parseIdx(content, url);
      verifyFile(set, role, createHash('sha256').update(content).digest('hex'), url);
      await toCache(dir, () => rename(temporary, join(dir, file)));
      return;
    } catch (thrown) {
      options.signal?.throwIfAborted();
      if (thrown instanceof DataError && thrown.code === 'E_DATA_CACHE') throw thrown;
      cause = thrown;
      failures.push(`${mirror} (${reason(thrown)})`);
    } finally {
      await rm(temporary, { force: true });
    }
  }
  throw new DataError(
    'E_DATA_DOWNLOAD',
    `${set.title} is not on this machine, and ${file} could not be downloaded from ${failures.join(' or ') || 'anywhere: no mirror is known'}.`,
    { hint: `Try again when online, or ${advice}.`, cause },
  );
}

/** Streams a response into a new file and flushes it to disk. */
async function fetchTo(
  path: string,
  url: string,
  set: KnownSet,
  file: string,
  { signal, onProgress, stallMs = 30_000 }: DownloadOptions,
): Promise<void> {
  const stall = new AbortController();
  const expire = (): void => stall.abort(new Error(`no data for ${stallMs / 1000} s`));
  const timer = setTimeout(expire, stallMs);
  try {
    const response = await fetch(url, {
      signal: signal ? AbortSignal.any([signal, stall.signal]) : stall.signal,
    });
    if (!response.ok || !response.body) {
      await response.body?.cancel();
      throw new Error(`HTTP ${response.status} ${response.statusText}`);
    }
    const announced = Number(response.headers.get('content-length'));
    // The header counts encoded bytes, but fetch returns decoded ones.
    const total = announced > 0 && !response.headers.get('content-encoding') ? announced : undefined;
    let received = 0;
    const handle = await toCache(path, () => open(path, 'wx'));
    try {
      for await (const chunk of response.body) {
        timer.refresh();
        received += chunk.length;
        if (received > MAX_IDX_BYTES) throw new Error(`more than ${MAX_IDX_BYTES} bytes`);
        await append(handle, path, chunk);
        onProgress?.({ name: set.name, file, url, received, total });
      }
      await toCache(path, () => handle.sync());
    } finally {
      await handle.close();
    }
  } finally {
    clearTimeout(timer);
  }
}

/** Uses `writeFile`, which writes everything or throws. `write` would write a part without an error when the disk is full. */
function append(handle: FileHandle, path: string, chunk: Uint8Array): Promise<void> {
  return toCache(path, () => handle.writeFile(chunk));
}

async function toCache<T>(path: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (cause) {
    throw new DataError('E_DATA_CACHE', `The download cache can't be written: ${reason(cause)}.`, {
      hint: `Make room or give yourself the right to write ${path}, or choose another folder with BBB_CACHE_DIR=DIR.`,
      cause,
    });
  }
}

/** The reason why fetch failed. Its message only says "fetch failed"; the reason is in the cause. */
function reason(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  const { cause } = thrown;
  if (cause instanceof Error && cause.message) return `${thrown.message}: ${cause.message}`;
  return thrown.message;
}

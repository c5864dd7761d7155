import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, readdir, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { defaultCacheDir } from 'mnist-data-loader';

/** Pictures of one shape, decoded. */
export interface Pixels {
  readonly rows: number;
  readonly cols: number;
  readonly channels: 1 | 3;
  /** `[count, rows, cols, channels]`, in shared memory. */
  readonly bytes: Uint8Array;
}

const HEADER_BYTES = 12;
const HASH_BYTES = 32;
const ENDING = '.pixels';

/** Decoded pictures from an earlier run. Undefined if they are missing or damaged. */
export async function fromCache(key: string, count: number): Promise<Pixels | undefined> {
  const path = join(folder(), key + ENDING);
  try {
    const stored = await readShared(path);
    const pixels = parse(stored, key, count);
    // Marks the file as used, so that it is not removed as old.
    if (pixels) await utimes(path, new Date(), new Date());
    return pixels;
  } catch {
    return undefined;
  }
}

/** Stores pictures for the next run. If the cache can't be written, the next run only takes longer. */
export async function toCache(key: string, pixels: Pixels): Promise<void> {
  const dir = folder();
  const temporary = join(dir, `.${key}.${randomUUID()}.part`);
  try {
    await mkdir(dir, { recursive: true });
    await removeOld(dir);
    const header = headerOf(pixels);
    await writeFile(temporary, [header, pixels.bytes, hashOf(key, header, pixels.bytes)]);
    await rename(temporary, join(dir, key + ENDING));
  } catch {
    await rm(temporary, { force: true }).catch(() => undefined);
  }
}

function folder(): string {
  return join(defaultCacheDir(), 'images');
}

function headerOf({ rows, cols, channels }: Pixels): Uint8Array {
  const view = new DataView(new ArrayBuffer(HEADER_BYTES));
  [rows, cols, channels].forEach((size, i) => view.setUint32(4 * i, size));
  return new Uint8Array(view.buffer);
}

/** A hash that includes the key, so that a renamed file is not accepted. */
function hashOf(key: string, header: Uint8Array, bytes: Uint8Array): Uint8Array {
  return createHash('sha256').update(key).update(header).update(bytes).digest();
}

/** Reads a stored file. Its content is only used if the hash is right. */
function parse(stored: Uint8Array, key: string, count: number): Pixels | undefined {
  const header = stored.subarray(0, HEADER_BYTES);
  const bytes = stored.subarray(HEADER_BYTES, -HASH_BYTES);
  const expected = hashOf(key, header, bytes);
  const hash = stored.subarray(-HASH_BYTES);
  if (hash.length !== HASH_BYTES || !expected.every((byte, i) => byte === hash[i])) return undefined;
  const view = new DataView(stored.buffer, stored.byteOffset, HEADER_BYTES);
  const [rows, cols, channels] = [view.getUint32(0), view.getUint32(4), view.getUint32(8)];
  const sound = (channels === 1 || channels === 3) && bytes.length === count * rows * cols * channels;
  return sound ? { rows, cols, channels, bytes } : undefined;
}

async function readShared(path: string): Promise<Uint8Array> {
  const file = await open(path);
  try {
    const bytes = new Uint8Array(new SharedArrayBuffer((await file.stat()).size));
    for (let at = 0; at < bytes.length;) {
      const { bytesRead } = await file.read(bytes, at, bytes.length - at, at);
      if (bytesRead === 0) break;
      at += bytesRead;
    }
    return bytes;
  } finally {
    await file.close();
  }
}

const DAYS_KEPT = 30;

/** Removes files that were not used for a month, and parts of interrupted writes. */
async function removeOld(dir: string): Promise<void> {
  for (const name of await readdir(dir)) {
    const path = join(dir, name);
    const age = Date.now() - (await stat(path)).mtimeMs;
    if (age > DAYS_KEPT * 24 * 60 * 60 * 1000) await rm(path, { force: true });
  }
}

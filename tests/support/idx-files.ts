import { mkdirSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { FILE_ROLES, type DataError, type FileRole, type KnownSet } from 'mnist-data-loader';

/** The bytes of an IDX file, written as the format's description says, without code of the package. */
export function idx(shape: readonly number[], data: Uint8Array, type = 0x08): Buffer {
  const header = Buffer.alloc(4 + 4 * shape.length);
  header[2] = type;
  header[3] = shape.length;
  shape.forEach((size, i) => header.writeUInt32BE(size, 4 + 4 * i));
  return Buffer.concat([header, data]);
}

/** Bytes from a multiplicative generator: the same every time, and hard to compress. */
export function bytes(count: number, seed: number, below = 256): Uint8Array {
  let state = (seed * 2654435761 + 1) >>> 0;
  return Uint8Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  });
}

export type Files = Record<FileRole, Buffer>;

/** A small data set: 30 + 12 images of 5 x 4 pixels in 10 classes. */
export function smallSet(seed = 1): Files {
  return {
    'train-images': idx([30, 5, 4], bytes(30 * 20, seed)),
    'train-labels': idx(
      [30],
      Uint8Array.from({ length: 30 }, (_, i) => (i * 7 + seed) % 10),
    ),
    't10k-images': idx([12, 5, 4], bytes(12 * 20, seed + 100)),
    't10k-labels': idx(
      [12],
      Uint8Array.from({ length: 12 }, (_, i) => (i + seed) % 10),
    ),
  };
}

export function fileName(role: FileRole): string {
  return `${role}-idx${role.endsWith('images') ? 3 : 1}-ubyte`;
}

export async function writeSet(
  dir: string,
  files: Partial<Files>,
  name: (role: FileRole) => string = fileName,
): Promise<string> {
  await mkdir(dir, { recursive: true });
  for (const role of FILE_ROLES) {
    const content = files[role];
    if (!content) continue;
    const file = name(role);
    await writeFile(join(dir, file), file.endsWith('.gz') ? gzipSync(content) : content);
  }
  return dir;
}

export function sha256(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

/** A published set with these files. */
export function published(files: Files, extra: Partial<KnownSet> = {}): KnownSet {
  return {
    name: 'tiny',
    title: 'Tiny',
    classes: 10,
    sha256: {
      'train-images': sha256(files['train-images']),
      'train-labels': sha256(files['train-labels']),
      't10k-images': sha256(files['t10k-images']),
      't10k-labels': sha256(files['t10k-labels']),
    },
    mirrors: [],
    ...extra,
  };
}

/** The error that a promise is rejected with. */
export async function failure(promise: Promise<unknown>): Promise<DataError> {
  return promise.then(
    () => {
      throw new Error('It should have failed.');
    },
    (error: unknown) => error as DataError,
  );
}

/** A folder with a data set in MNIST's format: images of 4 x 4 in three classes, made up from `salt`. */
export function writeIdx(dir: string, salt: number): void {
  mkdirSync(dir, { recursive: true });
  for (const [part, count] of [
    ['train', 120],
    ['t10k', 30],
  ] as const) {
    const labels = Uint8Array.from({ length: count }, (_, i) => i % 3);
    const noise = (i: number): number => Math.imul(i + salt, 0x9e3779b1) >>> 25;
    const pixels = Uint8Array.from(
      { length: 16 * count },
      (_, i) => noise(i) + (i % 3 === Math.floor(i / 16) % 3 ? 100 : 0),
    );
    writeFileSync(join(dir, `${part}-labels-idx1-ubyte`), idx([count], labels));
    writeFileSync(join(dir, `${part}-images-idx3-ubyte`), idx([count, 4, 4], pixels));
  }
}

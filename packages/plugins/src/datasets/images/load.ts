import { setImmediate } from 'node:timers/promises';
import { BbbError, type DatasetProgress } from '@bbb/core';
import { fromCache, toCache, type Pixels } from './cache.js';
import { resized, toColour, toGrey } from './convert.js';
import { decodePicture } from './decode.js';
import type { PictureFile } from './folder.js';
import type { Background, Picture } from './picture.js';
import { readPicture, sha256 } from './read.js';

export interface Wanted {
  readonly resize: readonly [rows: number, cols: number] | undefined;
  readonly channels: 'grey' | 'colour' | undefined;
  readonly background: Background;
}

/** The most bytes that all pictures together may take when they are decoded and resized: 4 GB. */
const MOST_BYTES = 4_294_967_296;
/** Number of pictures between two reports of progress. */
const STEP = 50;
/** Version of how pictures are decoded and resized. With another version, the cached pictures are not used. */
const DECODER = 2;

/**
 * Decodes pictures into shared memory, or finds them in the cache, which is keyed by the content of all files.
 * @throws BbbError as {@link decodePicture}; `E_DATA_SHAPE` for pictures of two sizes or kinds, `E_DATA_SIZE`, `E_DATA_CHANGED`
 */
export async function loadPixels(
  files: readonly PictureFile[],
  wanted: Wanted,
  progress: (progress: DatasetProgress) => void,
): Promise<Pixels> {
  const hashes: string[] = [];
  for (const [i, { path }] of files.entries()) {
    if (i % STEP === 0) await report(progress, 'pictures looked through', i, files.length);
    hashes.push(sha256(readPicture(path)));
  }
  const key = sha256(
    Buffer.from(JSON.stringify([DECODER, wanted.resize, wanted.channels, wanted.background, hashes])),
  );
  const cached = await fromCache(key, files.length);
  if (cached) return cached;
  const pixels = await decodeAll(files, hashes, wanted, progress);
  await toCache(key, pixels);
  return pixels;
}

async function decodeAll(
  files: readonly PictureFile[],
  hashes: readonly string[],
  wanted: Wanted,
  progress: (progress: DatasetProgress) => void,
): Promise<Pixels> {
  let first: Picture | undefined;
  let bytes: Uint8Array = new Uint8Array(0);
  for (const [i, { path }] of files.entries()) {
    if (i % STEP === 0) await report(progress, 'pictures decoded', i, files.length);
    const content = readPicture(path);
    if (sha256(content) !== hashes[i]) throw changed(path);
    const coloured = inChannels(await decodePicture(content, path, wanted.background), wanted);
    // This check comes before any resizing, because the size that the user typed may need more memory than there is.
    if (!first) bytes = allocate(files.length, coloured, wanted, path);
    const picture = wanted.resize ? resized(coloured, ...wanted.resize) : coloured;
    first ??= picture;
    checkSame(picture, path, first, files[0]!.path);
    bytes.set(picture.pixels, i * picture.pixels.length);
  }
  const { width: cols, height: rows, channels } = first!;
  return { rows, cols, channels, bytes };
}

/** Reports progress, and lets the event loop handle a signal or redraw the terminal. */
async function report(
  progress: (progress: DatasetProgress) => void,
  what: string,
  done: number,
  total: number,
): Promise<void> {
  progress({ what, done, total });
  await setImmediate();
}

function inChannels(picture: Picture, { channels }: Wanted): Picture {
  if (channels === undefined) return picture;
  return channels === 'grey' ? toGrey(picture) : toColour(picture);
}

function allocate(
  count: number,
  { channels, width, height }: Picture,
  { resize = [height, width] }: Wanted,
  path: string,
): Uint8Array {
  const [rows, cols] = resize;
  const size = count * rows * cols * channels;
  if (size <= MOST_BYTES) return new Uint8Array(new SharedArrayBuffer(size));
  throw new BbbError(
    'E_DATA_SIZE',
    `${count} pictures of ${rows} x ${cols} pixels (as ${path}) take ${size} bytes; the limit is ${MOST_BYTES}.`,
    { hint: 'Make them smaller: --dataset-option resize=64x64.' },
  );
}

function checkSame(picture: Picture, path: string, first: Picture, firstPath: string): void {
  const size = ({ height, width }: Picture): string => `${height} x ${width} pixels`;
  if (picture.width !== first.width || picture.height !== first.height) {
    throw new BbbError('E_DATA_SHAPE', `${path} has ${size(picture)}, ${firstPath} has ${size(first)}.`, {
      hint: `Give them one size: --dataset-option resize=${first.height}x${first.width} (rows x columns).`,
    });
  }
  const kind = ({ channels }: Picture): string => (channels === 1 ? 'grey' : 'in colour');
  if (picture.channels !== first.channels) {
    throw new BbbError('E_DATA_SHAPE', `${path} is ${kind(picture)}, ${firstPath} is ${kind(first)}.`, {
      hint: 'Make them one kind: --dataset-option channels=grey (or colour).',
    });
  }
}

function changed(path: string): BbbError {
  return new BbbError('E_DATA_CHANGED', `${path} was changed while it was read.`, {
    hint: 'Wait until whatever writes the folder is done, then run the command again.',
  });
}

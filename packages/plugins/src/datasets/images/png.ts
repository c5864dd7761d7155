import { inflateSync } from 'node:zlib';
import { damagedPicture } from './errors.js';
import { withoutAlpha } from './alpha.js';
import type { Background, Picture, PictureInfo } from './picture.js';
import { chunksOf, PNG_SIGNATURE, type Chunk } from './png-chunks.js';
import { pngHeader, type PngHeader } from './png-header.js';

/** @throws BbbError as {@link chunksOf} and {@link pngHeader} */
export function pngInfo(bytes: Uint8Array, path: string): PictureInfo {
  return pngHeader(chunksOf(bytes, path), path);
}

/**
 * Decodes a PNG of at most 8 bits a channel: grey, colour, palette, with or without alpha.
 * @throws BbbError as {@link pngInfo}, and `E_DATA_PICTURE` for damaged pixels
 */
export async function decodePng(bytes: Uint8Array, path: string, background: Background): Promise<Picture> {
  const chunks = chunksOf(bytes, path);
  const header = pngHeader(chunks, path);
  checkPixelBytes(chunks, header, path);
  const { decode } = await import('fast-png');
  try {
    const { data } = decode(essential(chunks));
    return withoutAlpha(expanded(data as Uint8Array, header, chunks), header, background, path);
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause) throw cause;
    throw damagedPicture(path, cause instanceof Error ? cause.message : 'its pixels can not be read', cause);
  }
}

const ESSENTIAL: ReadonlySet<string> = new Set(['IHDR', 'PLTE', 'tRNS', 'IDAT', 'IEND']);

/** Removes comments, profiles and the like from the file, because the decoder would inflate a profile of any size. */
function essential(chunks: readonly Chunk[]): Uint8Array {
  const parts = chunks.filter(({ type }) => ESSENTIAL.has(type)).map(({ whole }) => whole);
  return Uint8Array.from(Buffer.concat([PNG_SIGNATURE, ...parts]));
}

/** Inflates the pixels and stops at the size that the header announces, because the decoder has no limit. */
function checkPixelBytes(chunks: readonly Chunk[], { rawBytes }: PngHeader, path: string): void {
  const parts = chunks.filter(({ type }) => type === 'IDAT').map(({ data }) => data);
  let length: number;
  try {
    length = inflateSync(Buffer.concat(parts), { maxOutputLength: rawBytes }).length;
  } catch (cause) {
    const more = (cause as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE';
    throw damagedPicture(
      path,
      more ? 'it holds more pixels than it says' : 'its pixels can not be inflated',
      cause,
    );
  }
  if (length < rawBytes) throw damagedPicture(path, 'it holds fewer pixels than it says');
}

/** Makes values of 8 bits, 1 to 4 for each pixel: looks up palettes, and turns a transparent colour into an alpha channel. */
function expanded(
  data: Uint8Array,
  { width, height, depth, colour, channels }: PngHeader,
  chunks: readonly Chunk[],
): { values: Uint8Array; channels: number } {
  const values = depth === 8 ? data : unpacked(data, width, height, depth);
  const find = (type: string): Uint8Array | undefined => chunks.find((chunk) => chunk.type === type)?.data;
  const key = find('tRNS');
  if (colour === 3) return lookedUp(values, find('PLTE') ?? new Uint8Array(0), key);
  const keyed = key && key.length >= 2 * channels && channels !== 2 && channels !== 4;
  const alpha = keyed ? withAlpha(values, channels, key) : { values, channels };
  if (depth === 8) return alpha;
  const scale = 255 / ((1 << depth) - 1);
  const colours = alpha.channels === 2 ? (i: number): boolean => i % 2 === 0 : (): boolean => true;
  return { ...alpha, values: alpha.values.map((value, i) => (colours(i) ? value * scale : value)) };
}

/** Unpacks values of 1, 2 or 4 bits into one byte each. Every row begins at a new byte. */
function unpacked(data: Uint8Array, width: number, height: number, depth: number): Uint8Array {
  const perLine = Math.ceil((width * depth) / 8);
  const perByte = 8 / depth;
  const values = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const byte = data[y * perLine + Math.floor(x / perByte)]!;
      values[y * width + x] = (byte >> (8 - depth * ((x % perByte) + 1))) & ((1 << depth) - 1);
    }
  }
  return values;
}

/** Looks up the colours of a palette. The picture is grey if all colours of the palette are grey. */
function lookedUp(
  indices: Uint8Array,
  palette: Uint8Array,
  alpha: Uint8Array = new Uint8Array(0),
): { values: Uint8Array; channels: number } {
  const colours = palette.length / 3;
  const grey = palette.every((value, i) => value === palette[i - (i % 3)]);
  const channels = (grey ? 1 : 3) + (alpha.length > 0 ? 1 : 0);
  const values = new Uint8Array(indices.length * channels);
  indices.forEach((index, i) => {
    if (index >= colours) throw new Error(`pixel ${i} has colour ${index} of a palette of ${colours}`);
    for (let c = 0; c < (grey ? 1 : 3); c++) values[i * channels + c] = palette[3 * index + c]!;
    if (alpha.length > 0) values[(i + 1) * channels - 1] = alpha[index] ?? 255;
  });
  return { values, channels };
}

/** Adds an alpha channel that makes one colour transparent. `key` has that colour with 16 bits for each channel; the lower 8 count. */
function withAlpha(
  values: Uint8Array,
  channels: number,
  key: Uint8Array,
): { values: Uint8Array; channels: number } {
  const pixels = values.length / channels;
  const out = new Uint8Array(pixels * (channels + 1));
  for (let i = 0; i < pixels; i++) {
    let transparent = true;
    for (let c = 0; c < channels; c++) {
      const value = values[i * channels + c]!;
      out[i * (channels + 1) + c] = value;
      transparent &&= value === key[2 * c + 1];
    }
    out[(i + 1) * (channels + 1) - 1] = transparent ? 0 : 255;
  }
  return { values: out, channels: channels + 1 };
}

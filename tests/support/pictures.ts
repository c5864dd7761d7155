import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { crc32, deflateSync } from 'node:zlib';
import { encode, type BitDepth } from 'fast-png';
import jpeg from 'jpeg-js';
import { vi } from 'vitest';
import { temporaryFolder } from './folders.js';

/** A folder for the pictures of a test. The cache of data sets is in it, too. */
export function pictureFolder(): string {
  const dir = temporaryFolder();
  vi.stubEnv('BBB_CACHE_DIR', join(dir, '.cache'));
  return dir;
}

export type Content = Uint8Array | string;

/** Writes files by their paths below a folder. */
export function write(dir: string, files: Readonly<Record<string, Content>>): string {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, name)), { recursive: true });
    writeFileSync(join(dir, name), content);
  }
  return dir;
}

export interface PngOptions {
  readonly width?: number;
  readonly channels?: number;
  readonly depth?: BitDepth;
}

/** A PNG of these values; 2 x 2 grey pixels, if there are four. */
export function png(
  values: readonly number[],
  { width = 2, channels = 1, depth = 8 }: PngOptions = {},
): Uint8Array {
  const data = depth === 16 ? Uint16Array.from(values) : Uint8Array.from(values);
  return encode({ width, height: values.length / width / channels, channels, depth, data });
}

/** One part of a PNG, by the format's description. */
export function chunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}

export interface RawPng {
  readonly width: number;
  readonly height: number;
  readonly depth: number;
  readonly colour: number;
  readonly interlace?: number;
  /** Rows with their filter bytes. */
  readonly raw: Uint8Array;
  readonly before?: readonly Buffer[];
}

/** A PNG of any kind, by the format's description. */
export function rawPng({ width, height, depth, colour, interlace = 0, raw, before = [] }: RawPng): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([depth, colour, 0, 0, interlace], 8);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const parts = [chunk('IHDR', header), ...before, chunk('IDAT', deflateSync(raw))];
  return Buffer.concat([signature, ...parts, chunk('IEND', new Uint8Array(0))]);
}

/** A colour JPEG of one colour. */
export function jpegOf(rgb: readonly [number, number, number], width = 8, height = 8): Uint8Array {
  const data = Buffer.concat(Array.from({ length: width * height }, () => Buffer.from([...rgb, 255])));
  return jpeg.encode({ width, height, data }, 100).data;
}

/**
 * A grey baseline JPEG of one 8 x 8 block, written as the standard says. The quantiser is 8 everywhere, so the constant coefficient is the
 * difference from 128, in 7 bits.
 */
export function greyJpeg(value: number): Buffer {
  const difference = value - 128;
  const bits = difference > 0 ? difference : difference + 127;
  // Code 0 for 7 bits, the bits, code 0 for the end of the block, ones to the end of the byte.
  const scan = parseInt(`0${bits.toString(2).padStart(7, '0')}0`.padEnd(16, '1'), 2);
  const table = (id: number, symbol: number): number[] =>
    [0xff, 0xc4, 0, 20, id, 1].concat(
      Array.from({ length: 15 }, () => 0),
      symbol,
    );
  const frame = [0xff, 0xc0, 0, 11, 8, 0, 8, 0, 8, 1, 1, 0x11, 0];
  return Buffer.from(
    [0xff, 0xd8, 0xff, 0xdb, 0, 67, 0].concat(
      Array.from({ length: 64 }, () => 8),
      frame,
      table(0x00, 7),
      table(0x10, 0),
      [0xff, 0xda, 0, 8, 1, 1, 0, 0, 63, 0, scan >> 8, scan & 0xff, 0xff, 0xd9],
    ),
  );
}

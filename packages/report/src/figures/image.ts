import { crc32, deflateSync } from 'node:zlib';
import type { ByteImage } from '@bbb/core';
import { svg, type Markup } from '../markup/markup.js';

/** Red, green and blue, 0 to 255. */
type Rgb = readonly [number, number, number];

/** A colour scale: anchors evenly spaced, linear between. */
export interface Palette {
  /** `range`: the first anchor is the lowest value; `zero`: the middle one is zero, both sides on the same scale. */
  readonly from: 'range' | 'zero';
  readonly anchors: readonly [Rgb, Rgb, ...Rgb[]];
}

/** Negative is blue, zero is white, positive is red. */
export const DIVERGING: Palette = {
  from: 'zero',
  anchors: [
    [8, 64, 129],
    [255, 255, 255],
    [165, 15, 21],
  ],
};
/** Small is white, large is dark: also in greyscale. */
export const SEQUENTIAL: Palette = {
  from: 'range',
  anchors: [
    [255, 255, 255],
    [88, 146, 201],
    [6, 32, 80],
  ],
};
/** Digits as they are scanned: 0 is black. The file then needs no palette. */
export const GREY = 'grey';

/** The image to draw: `low` and `high` are needed only with a palette. */
export type Drawable = Pick<ByteImage, 'bytes'> & Partial<ByteImage>;

/**
 * A small image as a PNG data URI, one byte for each pixel. It is not compressed, because it is small, and the bytes then do not
 * depend on the version of zlib.
 */
function dataUri(
  image: Drawable,
  [rows, columns]: readonly [number, number],
  palette: Palette | typeof GREY,
): string {
  const pixels = Buffer.from(image.bytes, 'base64');
  const lines = Buffer.alloc(rows * (columns + 1));
  for (let row = 0; row < rows; row++) {
    pixels.copy(lines, row * (columns + 1) + 1, row * columns, (row + 1) * columns);
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(columns, 0);
  header.writeUInt32BE(rows, 4);
  header.set([8, palette === GREY ? 0 : 3, 0, 0, 0], 8);
  const png = Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    ...(palette === GREY ? [] : [chunk('PLTE', colors(image, palette))]),
    chunk('IDAT', deflateSync(lines, { level: 0 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
  return `data:image/png;base64,${png.toString('base64')}`;
}

/** SVG of an image, with hard pixel edges. */
export function imageMarkup(
  image: Drawable,
  shape: readonly [number, number],
  palette: Palette | typeof GREY,
  box: { readonly x: number; readonly y: number; readonly size: number },
  title: string,
): Markup {
  const { x, y, size } = box;
  return svg`<g><title>${title}</title><image x="${x}" y="${y}" width="${size}" height="${size}" image-rendering="optimizeSpeed" style="image-rendering:pixelated" href="${dataUri(image, shape, palette)}"/><rect x="${x}" y="${y}" width="${size}" height="${size}" fill="none" stroke="currentColor" stroke-opacity="0.35"/></g>`;
}

/** The 256 colours of an image's bytes. */
function colors({ low = 0, high = 1 }: Drawable, { from, anchors }: Palette): Buffer {
  const most = Math.max(Math.abs(low), Math.abs(high)) || 1;
  const position = (byte: number): number =>
    from === 'range' ? byte / 255 : 0.5 + (low + (byte / 255) * (high - low)) / (2 * most);
  return Buffer.from(Array.from({ length: 256 }, (_, byte) => colorAt(anchors, position(byte))).flat());
}

function colorAt(anchors: Palette['anchors'], position: number): number[] {
  const scaled = position * (anchors.length - 1);
  const at = Math.min(anchors.length - 2, Math.floor(scaled));
  const [low, high] = [anchors[at]!, anchors[at + 1]!];
  return low.map((channel, i) => Math.round(channel + (scaled - at) * (high[i]! - channel)));
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(data.length, 0);
  body.copy(framed, 4);
  framed.writeUInt32BE(crc32(body), body.length + 4);
  return framed;
}

import { damagedPicture, otherKind } from './errors.js';
import type { Chunk } from './png-chunks.js';

/** Kinds of pixels, by the number that stands for them in a file. */
const COLOURS = {
  0: { channels: 1, depths: [1, 2, 4, 8, 16] },
  2: { channels: 3, depths: [8, 16] },
  3: { channels: 1, depths: [1, 2, 4, 8] },
  4: { channels: 2, depths: [8, 16] },
  6: { channels: 4, depths: [8, 16] },
} as const;

type PngColour = keyof typeof COLOURS;

export interface PngHeader {
  readonly width: number;
  readonly height: number;
  /** Bits of one value: at most 8. */
  readonly depth: number;
  readonly colour: PngColour;
  /** Values of one pixel, as stored. */
  readonly channels: number;
  /** Bytes of the pixels before they are compressed, filters included. */
  readonly rawBytes: number;
}

/**
 * Reads the header of a PNG.
 * @throws BbbError `E_DATA_PICTURE` for an invalid header, `E_DATA_PICTURE_KIND` for 16 bits and animations
 */
export function pngHeader(chunks: readonly Chunk[], path: string): PngHeader {
  const [first] = chunks;
  if (first?.type !== 'IHDR' || first.data.length !== 13)
    throw damagedPicture(path, 'it does not begin with its size');
  const view = new DataView(first.data.buffer, first.data.byteOffset, 13);
  const [width, height] = [view.getUint32(0), view.getUint32(4)];
  const [depth = 0, colour = 0, compression, filter, interlace = 0] = first.data.subarray(8);
  const kind = COLOURS[colour as PngColour] as (typeof COLOURS)[PngColour] | undefined;
  const sound = kind && (kind.depths as readonly number[]).includes(depth);
  if (!sound || compression !== 0 || filter !== 0 || interlace > 1 || width === 0 || height === 0)
    throw damagedPicture(path, 'its header is not that of a PNG picture');
  if (depth === 16)
    throw otherKind(path, 'has 16 bits a channel; 8 are read', 'Convert it: magick FILE -depth 8 OUT.png');
  if (chunks.some(({ type }) => type === 'acTL'))
    throw otherKind(path, 'is an animation', 'Save one picture of it, e.g. magick FILE[0] OUT.png');
  if (interlace === 1 && depth < 8)
    throw otherKind(
      path,
      `is interlaced with ${depth} bits a pixel, which is not read`,
      'Save it without interlacing: magick FILE -interlace none OUT.png',
    );
  const { channels } = kind;
  const rawBytes =
    interlace === 0 ? rows(width, height, channels * depth) : interlaced(width, height, channels);
  return { width, height, depth, colour: colour as PngColour, channels, rawBytes };
}

/** Each row has a byte for its filter. */
function rows(width: number, height: number, bits: number): number {
  return width === 0 ? 0 : height * (1 + Math.ceil((width * bits) / 8));
}

/** First column, first row, steps between columns and rows of the seven passes of Adam7. */
const PASSES = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;

function interlaced(width: number, height: number, channels: number): number {
  return PASSES.reduce((sum, [x, y, stepX, stepY]) => {
    const size = [Math.ceil((width - x) / stepX), Math.ceil((height - y) / stepY)] as const;
    return sum + rows(Math.max(0, size[0]), Math.max(0, size[1]), 8 * channels);
  }, 0);
}

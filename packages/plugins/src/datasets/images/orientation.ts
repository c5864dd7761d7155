import type { Picture } from './picture.js';

/**
 * The orientation of a picture in Exif (JEITA CP-3451, tag 0x0112): 1 is upright; 2 to 4 are mirrored, upside down or both; 5 to 8 lie on
 * a side, so that their stored width is the height of the upright picture.
 */
export type Orientation = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;

const TAG = 0x0112;
const EXIF = [0x45, 0x78, 0x69, 0x66, 0, 0];

/**
 * Reads the orientation from the Exif data of a JPEG's segment. If they are missing or make no sense it is upright, as in picture viewers.
 * @param segment the content of an APP1 segment
 */
export function orientationOf(segment: Uint8Array): Orientation {
  if (!EXIF.every((byte, i) => segment[i] === byte)) return 1;
  const tiff = segment.subarray(EXIF.length);
  const view = new DataView(tiff.buffer, tiff.byteOffset, tiff.length);
  const little = tiff[0] === 0x49;
  const short = (at: number): number => (at + 2 <= tiff.length ? view.getUint16(at, little) : 0);
  if (tiff.length < 8 || short(2) !== 42) return 1;
  const directory = view.getUint32(4, little);
  const entries = short(directory);
  for (let i = 0; i < entries; i++) {
    const at = directory + 2 + 12 * i;
    if (at + 12 > tiff.length) return 1;
    if (short(at) !== TAG) continue;
    const value = short(at + 8);
    return value >= 1 && value <= 8 ? (value as Orientation) : 1;
  }
  return 1;
}

export const liesOnSide = (orientation: Orientation): boolean => orientation >= 5;

/** Turns a stored picture upright. */
export function turned(picture: Picture, orientation: Orientation): Picture {
  if (orientation === 1) return picture;
  const { width, height, channels, pixels } = picture;
  const onSide = liesOnSide(orientation);
  const [w, h] = onSide ? [height, width] : [width, height];
  const out = new Uint8Array(pixels.length);
  for (let y = 0; y < h; y++) {
    for (let x = 0; x < w; x++) {
      const [column, row] = storedAt(x, y, { width, height }, orientation);
      const from = (row * width + column) * channels;
      out.set(pixels.subarray(from, from + channels), (y * w + x) * channels);
    }
  }
  return { width: w, height: h, channels, pixels: out };
}

/** The stored position of the pixel at (x, y) of the upright picture. */
function storedAt(
  x: number,
  y: number,
  { width, height }: { readonly width: number; readonly height: number },
  orientation: Orientation,
): readonly [column: number, row: number] {
  const [right, bottom] = [width - 1, height - 1];
  switch (orientation) {
    case 1:
      return [x, y];
    case 2:
      return [right - x, y];
    case 3:
      return [right - x, bottom - y];
    case 4:
      return [x, bottom - y];
    case 5:
      return [y, x];
    case 6:
      return [y, bottom - x];
    case 7:
      return [right - y, bottom - x];
    case 8:
      return [right - y, x];
  }
}

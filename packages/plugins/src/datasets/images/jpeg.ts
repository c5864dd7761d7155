import { damagedPicture, otherKind } from './errors.js';
import { liesOnSide, orientationOf, turned, type Orientation } from './orientation.js';
import type { Picture, PictureInfo } from './picture.js';

interface Frame extends PictureInfo {
  readonly components: number;
  readonly orientation: Orientation;
}

/** @throws BbbError as {@link frameOf} */
export function jpegInfo(bytes: Uint8Array, path: string): PictureInfo {
  const { width, height, orientation } = frameOf(bytes, path);
  return liesOnSide(orientation) ? { width: height, height: width } : { width, height };
}

/**
 * Decodes a JPEG, baseline or progressive, grey or colour, and turns it as its Exif data say.
 * @throws BbbError as {@link frameOf}, and `E_DATA_PICTURE` for damaged pixels
 */
export async function decodeJpeg(bytes: Uint8Array, path: string): Promise<Picture> {
  const { width, height, components, orientation } = frameOf(bytes, path);
  const { default: jpeg } = await import('jpeg-js');
  let data: Uint8Array;
  try {
    const decoded = jpeg.decode(bytes, {
      useTArray: true,
      formatAsRGBA: false,
      tolerantDecoding: false,
      maxMemoryUsageInMB: 2048,
    });
    data = decoded.data;
    if (decoded.width !== width || decoded.height !== height) throw new Error('it holds two pictures');
  } catch (cause) {
    throw damagedPicture(path, cause instanceof Error ? cause.message : String(cause), cause);
  }
  const picture: Picture =
    components === 3
      ? { width, height, channels: 3, pixels: data }
      : { width, height, channels: 1, pixels: data.filter((_, i) => i % 3 === 0) };
  return turned(picture, orientation);
}

const START_OF_SCAN = 0xda;
/** The segment that cameras write Exif data into. */
const APP1 = 0xe1;
/** Starts of frames of Huffman-coded baseline, extended and progressive pictures. */
const READ: ReadonlySet<number> = new Set([0xc0, 0xc1, 0xc2]);
/** Markers in the range of starts of frames that start no frame: tables and an extension. */
const NO_FRAME: ReadonlySet<number> = new Set([0xc4, 0xc8, 0xcc]);

/**
 * Reads the start of a picture's frame: its size and coding.
 * @throws BbbError `E_DATA_PICTURE` when it is cut off, `E_DATA_PICTURE_KIND` for CMYK, 12 bits, lossless and arithmetic coding
 */
function frameOf(bytes: Uint8Array, path: string): Frame {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let at = 2;
  let frame: Omit<Frame, 'orientation'> | undefined;
  let orientation: Orientation = 1;
  for (;;) {
    // Markers may have any number of 0xff before them.
    while (bytes[at] === 0xff && bytes[at + 1] === 0xff) at++;
    if (at + 4 > bytes.length) throw damagedPicture(path, `it is cut off after ${bytes.length} bytes`);
    if (bytes[at] !== 0xff) throw damagedPicture(path, `there is no marker at byte ${at}`);
    const marker = bytes[at + 1]!;
    if (marker === START_OF_SCAN) break;
    if (marker >= 0xc0 && marker <= 0xcf && !NO_FRAME.has(marker)) {
      if (at + 10 > bytes.length) throw damagedPicture(path, `it is cut off after ${bytes.length} bytes`);
      frame = checkedFrame(view, at, path);
    }
    const length = view.getUint16(at + 2);
    if (marker === APP1 && orientation === 1)
      orientation = orientationOf(bytes.subarray(at + 4, at + 2 + length));
    at += 2 + length;
  }
  if (!frame) throw damagedPicture(path, 'it says nowhere how large it is');
  if (!hasEnd(bytes, at)) throw damagedPicture(path, `it is cut off after ${bytes.length} bytes`);
  return { ...frame, orientation };
}

function checkedFrame(view: DataView, at: number, path: string): Omit<Frame, 'orientation'> {
  const marker = view.getUint8(at + 1);
  const precision = view.getUint8(at + 4);
  const [height, width, components] = [view.getUint16(at + 5), view.getUint16(at + 7), view.getUint8(at + 9)];
  if (!READ.has(marker) || precision !== 8) {
    throw otherKind(
      path,
      precision === 8
        ? 'is a JPEG of a kind that is not read (lossless or arithmetic coding)'
        : `has ${precision} bits a channel; 8 are read`,
      'Convert it: magick FILE OUT.png',
    );
  }
  if (components === 4)
    throw otherKind(
      path,
      'is in the four inks of printers (CMYK)',
      'Convert it: magick FILE -colorspace sRGB OUT.png',
    );
  if ((components !== 1 && components !== 3) || width === 0 || height === 0)
    throw damagedPicture(path, `its header says ${width} x ${height} pixels of ${components} channels`);
  return { width, height, components };
}

/** Whether the file has the marker that ends the picture. Bytes after that marker are ignored. */
function hasEnd(bytes: Uint8Array, from: number): boolean {
  for (let i = bytes.length - 2; i >= from; i--) if (bytes[i] === 0xff && bytes[i + 1] === 0xd9) return true;
  return false;
}

import { recognise } from 'mnist-data-loader';
import { BbbError } from '@bbb/core';
import { damagedPicture, otherKind } from './errors.js';
import { decodeJpeg, jpegInfo } from './jpeg.js';
import { MOST_PIXELS, type Background, type Picture, type PictureInfo } from './picture.js';
import { decodePng, pngInfo } from './png.js';
import { PNG_SIGNATURE } from './png-chunks.js';

/**
 * The size of a picture. The content of the file decides what it is, not its name.
 * @throws BbbError `E_DATA_PICTURE_KIND` for a file that is neither PNG nor JPEG, `E_DATA_PICTURE` for a damaged one, `E_DATA_SIZE` for
 *   too many pixels
 */
function pictureInfo(bytes: Uint8Array, path: string): PictureInfo {
  const info = kindOf(bytes, path) === 'png' ? pngInfo(bytes, path) : jpegInfo(bytes, path);
  if (info.width * info.height <= MOST_PIXELS) return info;
  throw new BbbError(
    'E_DATA_SIZE',
    `${path} has ${info.width} x ${info.height} pixels; the limit is ${MOST_PIXELS}.`,
    { hint: 'Make it smaller: magick FILE -resize 1024x1024 OUT.png' },
  );
}

/** @throws BbbError as {@link pictureInfo} */
export async function decodePicture(
  bytes: Uint8Array,
  path: string,
  background: Background,
): Promise<Picture> {
  pictureInfo(bytes, path);
  return kindOf(bytes, path) === 'png' ? decodePng(bytes, path, background) : decodeJpeg(bytes, path);
}

function kindOf(bytes: Uint8Array, path: string): 'png' | 'jpeg' {
  if (PNG_SIGNATURE.every((byte, i) => bytes[i] === byte)) return 'png';
  if (bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff) return 'jpeg';
  if (bytes.length === 0) throw damagedPicture(path, 'it is empty (0 bytes)');
  const what = recognise(bytes)?.what ?? 'neither a PNG nor a JPEG picture';
  if (what.endsWith('PNG picture'))
    throw damagedPicture(path, 'its first bytes were changed, as by a transfer as text');
  throw otherKind(
    path,
    `is ${what}`,
    'PNG and JPEG pictures are read. Convert it, or take it out of the folder.',
  );
}

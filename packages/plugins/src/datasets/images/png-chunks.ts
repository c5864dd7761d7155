import { crc32 } from 'node:zlib';
import { damagedPicture } from './errors.js';

/** A part of a PNG file. Its check sum was verified. */
export interface Chunk {
  readonly type: string;
  readonly data: Uint8Array;
  /** The data with the chunk's length, type and check sum. */
  readonly whole: Uint8Array;
}

export const PNG_SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);

/**
 * The chunks of a PNG file up to its end.
 * @throws BbbError `E_DATA_PICTURE` when it is cut off or a check sum is wrong
 */
export function chunksOf(bytes: Uint8Array, path: string): Chunk[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const chunks: Chunk[] = [];
  let at = PNG_SIGNATURE.length;
  for (;;) {
    if (at + 12 > bytes.length) throw damagedPicture(path, `it is cut off after ${bytes.length} bytes`);
    const length = view.getUint32(at);
    const end = at + 12 + length;
    if (end > bytes.length) throw damagedPicture(path, `it is cut off after ${bytes.length} bytes`);
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    const data = bytes.subarray(at + 8, end - 4);
    if (crc32(bytes.subarray(at + 4, end - 4)) !== view.getUint32(end - 4))
      throw damagedPicture(path, `the check sum of the part at byte ${at} is wrong`);
    chunks.push({ type, data, whole: bytes.subarray(at, end) });
    if (type === 'IEND') return chunks;
    at = end;
  }
}

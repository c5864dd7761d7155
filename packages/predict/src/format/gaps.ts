import { damaged } from './error.js';

/*
 * Which elements of a tensor are kept, stored as the gaps between them, one byte for each gap. A byte b < 255 skips b elements and keeps the
 * next one; the byte 255 skips 255 elements and keeps none. The last bytes skip up to the end, or to at most 254 elements before it. So a file
 * can't claim more than 255 elements for each of its bytes. With 95 % of the weights removed, gzip needs 5.7 bits for a gap; a bit mask is
 * not smaller.
 */

const SKIP = 255;

export function encodeGaps(keep: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes: number[] = [];
  let gap = 0;
  for (const kept of keep) {
    if (kept === 0) gap++;
    else {
      for (; gap >= SKIP; gap -= SKIP) bytes.push(SKIP);
      bytes.push(gap);
      gap = 0;
    }
  }
  for (; gap >= SKIP; gap -= SKIP) bytes.push(SKIP);
  return Uint8Array.from(bytes);
}

/** How many elements are kept. */
function countKept(gaps: Uint8Array): number {
  let count = 0;
  for (const gap of gaps) if (gap !== SKIP) count++;
  return count;
}

/**
 * The positions of the kept elements, ascending.
 * @param size number of elements of the tensor
 * @throws BbbError `E_MODEL_FILE` if a position lies outside the tensor, or the gaps end too early
 */
export function decodeGaps(gaps: Uint8Array, size: number): Uint32Array {
  // Checked before any memory of the claimed size is allocated.
  if (size > SKIP * gaps.length + SKIP - 1) throw damaged('a tensor has more weights than its gaps cover');
  const places = new Uint32Array(countKept(gaps));
  let [at, next] = [0, 0];
  for (const gap of gaps) {
    at += gap;
    if (gap !== SKIP) places[next++] = at++;
  }
  if (at > size) throw damaged('a kept weight lies beyond its tensor');
  if (size - at >= SKIP) throw damaged('a tensor has more weights than its gaps cover');
  return places;
}

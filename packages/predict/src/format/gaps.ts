import { damaged } from './error.js';

/*
 * Which elements of a tensor are kept, as the gaps between them, a byte each: b < 255 skips b elements and keeps the next one, 255 skips
 * 255 and keeps none. The last bytes skip to the end, up to 254 elements before it, so a file can't claim more elements than 255 for each
 * of its bytes. At 95 % removed a gap is 5.7 bits to gzip, and a bit mask is no smaller.
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
export function countKept(gaps: Uint8Array): number {
  let count = 0;
  for (const gap of gaps) if (gap !== SKIP) count++;
  return count;
}

/**
 * The places of the kept elements, ascending.
 * @param size elements of the tensor
 * @throws BbbError `E_MODEL_FILE` where they do not lie within it, or leave more of it out than they say
 */
export function decodeGaps(gaps: Uint8Array, size: number): Uint32Array {
  // Before anything is made as large as the file says.
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

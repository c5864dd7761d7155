import { streamWords, streamWordsWhere } from '../random/philox';
import { BLOCK, buffer, pin, pinned, slot, store3 } from '../workspace';

/** A domain of the random stream: src/random/stream.ts lists them. */
const MASK: u32 = 2;

/** out = x * scale where the stream's word is at least `threshold`, else 0. `out` may be `x`. */
export function dropout(out: usize, x: usize, n: i32, key0: u32, key1: u32, threshold: u32, scale: f32): void {
  for (let first = 0; first < n; first += BLOCK) {
    const count = min(BLOCK, n - first), at = <usize>first << 2;
    // Zeros, such as the margins of images, stay zero for any word, so groups of 16 zeros need no words. The last group, if it has fewer
    // than 16 elements, always gets its words.
    const whole = count >> 4;
    streamWordsWhere(x + at, buffer(0), whole, first >> 4, key0, key1, MASK);
    if (count & 15) streamWords(buffer(0) + (<usize>whole << 6), 1, (first >> 4) + whole, key0, key1, MASK);
    keep(out + at, x + at, buffer(0), count, threshold, scale);
  }
}

/** out = x * scale where the element's word is at least `threshold`, else 0. */
export function keep(out: usize, x: usize, words: usize, n: i32, threshold: u32, scale: f32): void {
  const t = pin(0, i32x4.splat(threshold)), s = pinned(1, scale);
  for (const end = x + (<usize>(n & ~3) << 2); x != end; x += 16, out += 16, words += 16) {
    v128.store(out, v128.and(f32x4.mul(v128.load(x), s), i32x4.ge_u(v128.load(words), t)));
  }
  const rest = n & 3;
  if (rest) {
    keep(slot(0), x, words, 4, threshold, scale);
    store3(out, slot(0), rest);
  }
}

import { streamWords } from '../random/philox';
import { BLOCK, buffer, pin, pinned, restOf, slot, store3 } from '../workspace';
import { keep } from './dropout';

/*
 * One random word for every channel of an example, the same at all positions. x is [examples, positions, channels]. `words` has room for
 * examples * channels words, rounded up to a multiple of 16, plus 4.
 */

/** Domains of the random stream: src/random/stream.ts lists them. */
const MASK: u32 = 2;
const SIGN: u32 = 3;

/** See Ops.dropout in src/ops.ts. */
export function dropoutChannels(
  out: usize, x: usize, examples: i32, positions: i32, channels: i32, key0: u32, key1: u32, threshold: u32, scale: f32,
  words: usize,
): void {
  streamWords(words, (examples * channels + 15) >> 4, 0, key0, key1, MASK);
  const row = <usize>channels << 2;
  for (let i = 0; i < examples; i++, words += row) {
    for (let p = 0; p < positions; p++, out += row, x += row) keepRow(out, x, words, channels, threshold, scale);
  }
}

/** Like {@link keep}, but reads nothing after the end of its row. */
function keepRow(out: usize, x: usize, words: usize, n: i32, threshold: u32, scale: f32): void {
  const rest = n & 3, whole = <usize>(n & ~3) << 2;
  keep(out, x, words, n & ~3, threshold, scale);
  if (rest) {
    keep(slot(0), restOf(1, x + whole, rest), words + whole, 4, threshold, scale);
    store3(out + whole, slot(0), rest);
  }
}

/** out (+)= x times the sign of its word. */
export function multiplySigns(out: usize, x: usize, n: i32, key0: u32, key1: u32, accumulate: bool): void {
  for (let first = 0; first < n; first += BLOCK) {
    const count = min(BLOCK, n - first), at = <usize>first << 2;
    streamWords(buffer(0), (count + 15) >> 4, first >> 4, key0, key1, SIGN);
    flip(out + at, x + at, buffer(0), count, accumulate);
  }
}

/** {@link multiplySigns} with one sign for every channel of an example. */
export function multiplySignsOfChannels(
  out: usize, x: usize, examples: i32, positions: i32, channels: i32, key0: u32, key1: u32, accumulate: bool, words: usize,
): void {
  streamWords(words, (examples * channels + 15) >> 4, 0, key0, key1, SIGN);
  const row = <usize>channels << 2;
  for (let i = 0; i < examples; i++, words += row) {
    for (let p = 0; p < positions; p++, out += row, x += row) flip(out, x, words, channels, accumulate);
  }
}

function flip(out: usize, x: usize, words: usize, n: i32, accumulate: bool): void {
  const sign = pin(0, i32x4.splat(0x80000000)), zero = pinned(1, 0);
  for (const end = x + (<usize>(n & ~3) << 2); x != end; x += 16, out += 16, words += 16) {
    const y = v128.xor(v128.load(x), v128.and(v128.load(words), sign));
    v128.store(out, accumulate ? f32x4.add(v128.load(out), y) : y);
  }
  for (const end = x + (<usize>(n & 3) << 2); x != end; x += 4, out += 4, words += 4) {
    const y = reinterpret<f32>(load<u32>(x) ^ (load<u32>(words) & 0x80000000));
    store<f32>(out, accumulate ? load<f32>(out) + y : y);
  }
}

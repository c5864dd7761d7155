import { log } from '../math/log';
import { sigmoid } from '../math/sigmoid';
import { streamWords } from '../random/philox';
import { BLOCK, buffer, pin, pinned, store3, wholeBytes } from '../workspace';

/** A domain of the random stream: src/random/stream.ts lists them. */
const UNIFORM: u32 = 4;

/**
 * Relaxed masks; see Ops.concreteMask in src/ops.ts: out = scale sigmoid((log(1 - u) - log u - logit) inverse), where `inverse` is
 * 1 / temperature. u is an odd multiple of 2^-31 rounded to float32, as in random/normal.ts.
 */
export function concreteMask(
  out: usize, n: i32, key0: u32, key1: u32, logit: f32, inverse: f32, scale: f32,
): void {
  for (let first = 0; first < n; first += BLOCK) {
    const count = min(BLOCK, n - first), at = <usize>first << 2;
    streamWords(buffer(0), (count + 15) >> 4, first >> 4, key0, key1, UNIFORM);
    uniforms(buffer(0), buffer(1), count);
    log(buffer(2), buffer(0), (count + 3) & ~3);
    log(buffer(3), buffer(1), (count + 3) & ~3);
    differences(buffer(2), buffer(3), count, logit, inverse);
    sigmoid(buffer(0), buffer(2), (count + 3) & ~3);
    scaledTo(out + at, buffer(0), count, scale);
  }
}

/** The same mask at all positions of a channel. `out` is [examples, positions, channels]; `work` has room for [examples, channels]. */
export function concreteMaskOfChannels(
  out: usize, examples: i32, positions: i32, channels: i32, key0: u32, key1: u32, logit: f32, inverse: f32, scale: f32, work: usize,
): void {
  concreteMask(work, examples * channels, key0, key1, logit, inverse, scale);
  const row = <usize>channels << 2;
  for (let i = 0; i < examples; i++, work += row) {
    for (let p = 0; p < positions; p++, out += row) memory.copy(out, work, row);
  }
}

/** Replaces words by u, and writes 1 - u to `others`. */
function uniforms(words: usize, others: usize, n: i32): void {
  const lowest = pin(0, i32x4.splat(1)), scale = pinned(1, 2 ** -31), one = pinned(2, 1);
  for (const end = words + wholeBytes(n); words != end; words += 16, others += 16) {
    const u = f32x4.mul(f32x4.convert_i32x4_s(v128.or(i32x4.shr_u(v128.load(words), 1), lowest)), scale);
    v128.store(words, u);
    v128.store(others, f32x4.sub(one, u));
  }
}

/** a = (b - a - logit) inverse */
function differences(a: usize, b: usize, n: i32, logit: f32, inverse: f32): void {
  const l = pinned(0, logit), s = pinned(1, inverse);
  for (const end = a + wholeBytes(n); a != end; a += 16, b += 16) {
    v128.store(a, f32x4.mul(f32x4.sub(f32x4.sub(v128.load(b), v128.load(a)), l), s));
  }
}

function scaledTo(out: usize, x: usize, n: i32, scale: f32): void {
  const s = pinned(0, scale);
  for (const end = x + (<usize>(n & ~3) << 2); x != end; x += 16, out += 16) v128.store(out, f32x4.mul(s, v128.load(x)));
  if (n & 3) {
    v128.store(x, f32x4.mul(s, v128.load(x)));
    store3(out, x, n & 3);
  }
}

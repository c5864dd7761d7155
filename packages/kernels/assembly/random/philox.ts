import { pin } from '../workspace';

/**
 * Philox4x32-7 (Salmon et al. 2011) on four lanes. The four lanes have consecutive counters, so a group of 16 words is stored without a
 * transposition. src/random/philox.ts and stream.ts do the same in scalar TypeScript.
 */
const M0: u32 = 0xd2511f53;
const M1: u32 = 0xcd9e8d57;
const W0: u32 = 0x9e3779b9;
const W1: u32 = 0xbb67ae85;

/** The group of 16 words at which every stream starts. It is 0, except in a thread that computes a later part of an array. */
let origin: u32 = 0;

/** From now until the next call, kernels skip the first `groups` groups of 16 words of their streams. */
export function startStreamsAt(groups: u32): void {
  origin = groups;
}

/** Groups [first, first + groups) of 16 words of a key's stream. */
export function streamWords(to: usize, groups: i32, first: u32, key0: u32, key1: u32, domain: u32): void {
  streamWordsWhere(0, to, groups, first, key0, key1, domain);
}

/** {@link streamWords} for the groups whose 16 numbers in `x` are not all 0. Other groups are left undefined. If `x` is 0: all groups. */
export function streamWordsWhere(x: usize, to: usize, groups: i32, first: u32, key0: u32, key1: u32, domain: u32): void {
  // Three of the four counter words are the same in all lanes. The parts of the first rounds that depend on them only are scalar.
  const p = <u64>domain * M1;
  const q = <u64>(<u32>(p >> 32) ^ key0) * M0;
  const a1 = pin(0, i32x4.splat(key1));
  const b0 = pin(1, i32x4.splat(<u32>p ^ (key0 + W0)));
  const b1 = pin(2, i32x4.splat(<u32>(q >> 32) ^ (key1 + W1)));
  const c0 = pin(3, i32x4.splat(key0 + 2 * W0)), c1 = pin(4, i32x4.splat(<u32>q ^ (key1 + 2 * W1)));
  const d0 = pin(5, i32x4.splat(key0 + 3 * W0)), d1 = pin(6, i32x4.splat(key1 + 3 * W1));
  const e0 = pin(7, i32x4.splat(key0 + 4 * W0)), e1 = pin(8, i32x4.splat(key1 + 4 * W1));
  const f0 = pin(9, i32x4.splat(key0 + 5 * W0)), f1 = pin(10, i32x4.splat(key1 + 5 * W1));
  const g0 = pin(11, i32x4.splat(key0 + 6 * W0)), g1 = pin(12, i32x4.splat(key1 + 6 * W1));
  const m0 = pin(13, i32x4.splat(M0)), m1 = pin(14, i32x4.splat(M1));
  // Counters are consecutive, so their products with M0 differ by a constant, and an addition replaces the multiplication.
  const step = pin(15, i64x2.splat(<u64>4 * M0));
  const counter = i32x4.add(i32x4.splat((origin + first) << 2), i32x4(0, 1, 2, 3));
  let l = low(counter, m0), h = high(counter, m0);
  for (const end = to + (<usize>groups << 6); to != end; to += 64) {
    if (!x || anyOf16(x)) block(to, l, h, a1, b0, b1, c0, c1, d0, d1, e0, e1, f0, f1, g0, g1, m0, m1);
    if (x) x += 64;
    l = i64x2.add(l, step);
    h = i64x2.add(h, step);
  }
}

// @ts-ignore: decorator
@inline
function anyOf16(x: usize): bool {
  return v128.any_true(v128.or(v128.or(v128.load(x), v128.load(x, 16)), v128.or(v128.load(x, 32), v128.load(x, 48))));
}

/**
 * The two words from which each normal number indices[i] of a key's stream is computed. For every four indices it writes a vector of first
 * words and a vector of second words. Each lane computes its own block.
 */
export function wordsAt(to: usize, indices: usize, groups: i32, key0: u32, key1: u32, domain: u32, spare: usize): void {
  // Three of the four counter words are the same in all lanes. The parts of the first rounds that depend on them only are scalar.
  const p = <u64>domain * M1;
  const q = <u64>(<u32>(p >> 32) ^ key0) * M0;
  const a1 = pin(0, i32x4.splat(key1));
  const b0 = pin(1, i32x4.splat(<u32>p ^ (key0 + W0)));
  const b1 = pin(2, i32x4.splat(<u32>(q >> 32) ^ (key1 + W1)));
  const c0 = pin(3, i32x4.splat(key0 + 2 * W0)), c1 = pin(4, i32x4.splat(<u32>q ^ (key1 + 2 * W1)));
  const d0 = pin(5, i32x4.splat(key0 + 3 * W0)), d1 = pin(6, i32x4.splat(key1 + 3 * W1));
  const e0 = pin(7, i32x4.splat(key0 + 4 * W0)), e1 = pin(8, i32x4.splat(key1 + 4 * W1));
  const f0 = pin(9, i32x4.splat(key0 + 5 * W0)), f1 = pin(10, i32x4.splat(key1 + 5 * W1));
  const g0 = pin(11, i32x4.splat(key0 + 6 * W0)), g1 = pin(12, i32x4.splat(key1 + 6 * W1));
  const m0 = pin(13, i32x4.splat(M0)), m1 = pin(14, i32x4.splat(M1));
  for (const end = indices + (<usize>groups << 4); indices != end; indices += 16, to += 32) {
    // Word 16 b + 4 j + l of a stream is word j of the block with counter 4 b + l, and normals come from pairs of words.
    const i = v128.load(indices);
    const counter = v128.or(i32x4.shl(i32x4.shr_u(i, 4), 2), v128.and(i, i32x4.splat(3)));
    const l = low(counter, m0), h = high(counter, m0);
    block(spare, l, h, a1, b0, b1, c0, c1, d0, d1, e0, e1, f0, f1, g0, g1, m0, m1);
    const second = i32x4.shr_s(i32x4.shl(i, 28), 31);
    v128.store(to, v128.bitselect(v128.load(spare, 32), v128.load(spare), second));
    v128.store(to, v128.bitselect(v128.load(spare, 48), v128.load(spare, 16), second), 16);
  }
}

/** The seven rounds for four counters. Writes four vectors: words 0 of all counters, then words 1, 2, 3. (h0, l0) = counters times M0. */
// @ts-ignore: decorator
@inline
function block(
  to: usize, l0: v128, h0: v128, a1: v128, b0: v128, b1: v128, c0: v128, c1: v128, d0: v128, d1: v128, e0: v128,
  e1: v128, f0: v128, f1: v128, g0: v128, g1: v128, m0: v128, m1: v128,
): void {
  let x2 = v128.xor(upper(l0, h0), a1), x3 = lower(l0, h0);
  let l1 = low(x2, m1), h1 = high(x2, m1);
  let x0 = v128.xor(upper(l1, h1), b0), x1 = lower(l1, h1);
  x2 = v128.xor(x3, b1);

  l0 = low(x0, m0), h0 = high(x0, m0), l1 = low(x2, m1), h1 = high(x2, m1);
  x0 = v128.xor(v128.xor(upper(l1, h1), x1), c0), x1 = lower(l1, h1);
  x2 = v128.xor(upper(l0, h0), c1), x3 = lower(l0, h0);

  l0 = low(x0, m0), h0 = high(x0, m0), l1 = low(x2, m1), h1 = high(x2, m1);
  x0 = v128.xor(v128.xor(upper(l1, h1), x1), d0), x1 = lower(l1, h1);
  x2 = v128.xor(v128.xor(upper(l0, h0), x3), d1), x3 = lower(l0, h0);

  l0 = low(x0, m0), h0 = high(x0, m0), l1 = low(x2, m1), h1 = high(x2, m1);
  x0 = v128.xor(v128.xor(upper(l1, h1), x1), e0), x1 = lower(l1, h1);
  x2 = v128.xor(v128.xor(upper(l0, h0), x3), e1), x3 = lower(l0, h0);

  l0 = low(x0, m0), h0 = high(x0, m0), l1 = low(x2, m1), h1 = high(x2, m1);
  x0 = v128.xor(v128.xor(upper(l1, h1), x1), f0), x1 = lower(l1, h1);
  x2 = v128.xor(v128.xor(upper(l0, h0), x3), f1), x3 = lower(l0, h0);

  l0 = low(x0, m0), h0 = high(x0, m0), l1 = low(x2, m1), h1 = high(x2, m1);
  v128.store(to, v128.xor(v128.xor(upper(l1, h1), x1), g0));
  v128.store(to, lower(l1, h1), 16);
  v128.store(to, v128.xor(v128.xor(upper(l0, h0), x3), g1), 32);
  v128.store(to, lower(l0, h0), 48);
}

// 64-bit products with a constant, of lanes 0 and 1 and of lanes 2 and 3; and the low and high halves of these, in lane order.

// @ts-ignore: decorator
@inline
function low(x: v128, m: v128): v128 {
  return i64x2.extmul_low_i32x4_u(x, m);
}

// @ts-ignore: decorator
@inline
function high(x: v128, m: v128): v128 {
  return i64x2.extmul_high_i32x4_u(x, m);
}

// @ts-ignore: decorator
@inline
function lower(low: v128, high: v128): v128 {
  return v128.shuffle<i32>(low, high, 0, 2, 4, 6);
}

// @ts-ignore: decorator
@inline
function upper(low: v128, high: v128): v128 {
  return v128.shuffle<i32>(low, high, 1, 3, 5, 7);
}

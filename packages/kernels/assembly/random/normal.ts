import { madd } from '../simd';
import { BLOCK, buffer, pin, pinned } from '../workspace';
import { streamWords } from './philox';

/** A domain of the random stream: src/random/stream.ts lists them. */
export const NORMAL: u32 = 1;
const LN2: f32 = 0.6931471805599453;
/** The bits of sqrt(1/2). */
const ROOT_HALF: i32 = 0x3f3504f3;

/**
 * Standard normals [first, first + n) of a key's stream. n is at most a block, `first` is a multiple of 16, and `to` has room for n rounded up
 * to a multiple of 16.
 */
export function normals(to: usize, n: i32, first: u32, key0: u32, key1: u32): void {
  const groups = (n + 15) >> 4;
  streamWords(to, groups, first >> 4, key0, key1, NORMAL);
  radii(to, groups << 1);
  turns(to, groups << 1);
}

/*
 * Box & Muller 1958, in place. There are two passes, so that the constants of each fit into the registers. A vector of words x and a vector of
 * words y become r cos(a) and r sin(a), with r = sqrt(-2 log u). u is an odd multiple of 2^-31, rounded to float32: from 2^-31 (6.6 standard
 * deviations) to 1. a = pi t, with t in [-1/2, 1/2) from the upper 31 bits of y. The lowest bit of y is the sign of the cosine.
 */

/** Replaces words x by r. As in math/log.ts, u = 2^k m and log m = 2 artanh s. The coefficients include the factor -2. */
export function radii(p: usize, pairs: i32): void {
  const lowest = pin(0, i32x4.splat(1)), mantissa = pin(1, i32x4.splat(0x7fffff));
  const root = pin(2, i32x4.splat(ROOT_HALF)), offset = pin(3, i32x4.splat(ROOT_HALF + (31 << 23)));
  const one = pinned(4, 1), two = pinned(5, 2), ln2 = pinned(6, -2 * LN2);
  const l0 = pinned(7, -4), l1 = pinned(8, -2 * 0.6666668653488159), l2 = pinned(9, -2 * 0.39988526701927185);
  const l3 = pinned(10, -2 * 0.2958745062351227);
  for (const end = p + (<usize>pairs << 5); p != end; p += 32) {
    const odd = v128.or(i32x4.shr_u(v128.load(p), 1), lowest);
    const t = i32x4.sub(f32x4.convert_i32x4_s(odd), offset);
    const k = f32x4.convert_i32x4_s(i32x4.shr_s(t, 23));
    const f = f32x4.sub(i32x4.add(v128.and(t, mantissa), root), one);
    const s = f32x4.div(f, f32x4.add(f, two));
    const z = f32x4.mul(s, s);
    const q = madd(f32x4.mul(z, z), madd(z, l3, l2), madd(z, l1, l0));
    v128.store(p, f32x4.sqrt(madd(s, q, f32x4.mul(k, ln2))));
  }
}

// Polynomials in t^2, fitted for least error: 0.5 * 2^-24 relative for the sine, 0.9 * 2^-24 for the cosine.
const S0: f32 = 3.1415927410125732;
const S1: f32 = -5.167720317840576;
const S2: f32 = 2.5502572059631348;
const S3: f32 = -0.5993456840515137;
const S4: f32 = 0.07963868975639343;
const C1: f32 = -4.934795379638672;
const C2: f32 = 4.05844783782959;
const C3: f32 = -1.3320693969726562;
const C4: f32 = 0.2200295478105545;

/** Replaces r and words y by the normals. */
export function turns(p: usize, pairs: i32): void {
  const scale = pinned(0, 2 ** -31), one = pinned(1, 1);
  const s0 = pinned(2, S0), s1 = pinned(3, S1), s2 = pinned(4, S2), s3 = pinned(5, S3), s4 = pinned(6, S4);
  const c1 = pinned(7, C1), c2 = pinned(8, C2), c3 = pinned(9, C3), c4 = pinned(10, C4);
  for (const end = p + (<usize>pairs << 5); p != end; p += 32) {
    const r = v128.load(p), y = v128.load(p, 16);
    const t = f32x4.mul(f32x4.convert_i32x4_s(i32x4.shr_s(y, 1)), scale);
    const z = f32x4.mul(t, t), zz = f32x4.mul(z, z);
    const sin = f32x4.mul(madd(zz, madd(zz, s4, madd(z, s3, s2)), madd(z, s1, s0)), t);
    const cos = madd(zz, madd(zz, c4, madd(z, c3, c2)), madd(z, c1, one));
    v128.store(p, f32x4.mul(v128.xor(cos, i32x4.shl(y, 31)), r));
    v128.store(p, f32x4.mul(sin, r), 16);
  }
}

/**
 * out = mean + sqrt(variance) epsilon, with {@link normals} [first, first + 16 groups) of a key's stream as epsilon. `spare` is a buffer. The
 * CPU computes the square roots and the polynomials at the same time, and the normals are not stored. The bits are the same as in two passes.
 */
export function drawsByVariance(
  out: usize, mean: usize, variance: usize, groups: i32, first: u32, key0: u32, key1: u32, spare: usize,
): void {
  streamWords(spare, groups, first >> 4, key0, key1, NORMAL);
  radii(spare, groups << 1);
  const scale = pinned(0, 2 ** -31), one = pinned(1, 1);
  const s0 = pinned(2, S0), s1 = pinned(3, S1), s2 = pinned(4, S2), s3 = pinned(5, S3), s4 = pinned(6, S4);
  const c1 = pinned(7, C1), c2 = pinned(8, C2), c3 = pinned(9, C3), c4 = pinned(10, C4), zero = pinned(11, 0);
  for (const end = spare + (<usize>groups << 6); spare != end; spare += 32, out += 32, mean += 32, variance += 32) {
    const r = v128.load(spare), y = v128.load(spare, 16);
    const t = f32x4.mul(f32x4.convert_i32x4_s(i32x4.shr_s(y, 1)), scale);
    const z = f32x4.mul(t, t), zz = f32x4.mul(z, z);
    const cos = madd(zz, madd(zz, c4, madd(z, c3, c2)), madd(z, c1, one));
    const a = f32x4.mul(v128.xor(cos, i32x4.shl(y, 31)), r);
    v128.store(out, madd(f32x4.sqrt(f32x4.pmax(v128.load(variance), zero)), a, v128.load(mean)));
    const sin = f32x4.mul(madd(zz, madd(zz, s4, madd(z, s3, s2)), madd(z, s1, s0)), t);
    const b = f32x4.mul(sin, r);
    v128.store(out, madd(f32x4.sqrt(f32x4.pmax(v128.load(variance, 16), zero)), b, v128.load(mean, 16)), 16);
  }
}

/** out[i] = standard normal i of the key's stream. */
export function standardNormal(out: usize, n: i32, key0: u32, key1: u32): void {
  for (let first = 0; first < n; first += BLOCK) {
    const to = buffer(0), count = min(BLOCK, n - first);
    normals(to, count, first, key0, key1);
    memory.copy(out + (<usize>first << 2), to, <usize>count << 2);
  }
}

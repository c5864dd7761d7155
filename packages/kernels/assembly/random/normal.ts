import { madd } from '../simd';
import { BLOCK, buffer, pin, pinned } from '../workspace';
import { streamWords } from './philox';

/** src/random/stream.ts has the list. */
const NORMAL: u32 = 1;

/**
 * Standard normals [first, first + n) of a key's stream; n is at most a block, `first` a multiple of 16, and `to` has room for n
 * rounded up to a multiple of 16.
 */
export function normals(to: usize, n: i32, first: u32, key0: u32, key1: u32): void {
  const groups = (n + 15) >> 4;
  streamWords(to, groups, first >> 4, key0, key1, NORMAL);
  radii(to, groups << 1);
  turn(to, groups << 1);
}

/**
 * Box & Muller 1958, in place: a vector of words x and one of words y become r cos(a) and r sin(a), r = sqrt(-2 log u).
 * u is an odd multiple of 2^-31, rounded to float32: from 2^-31 (6.6 standard deviations) to 1.
 * a = pi t for t in [-1/2, 1/2), the upper 31 bits of y; the lowest bit is the sign of the cosine.
 */
export function radii(p: usize, pairs: i32): void {
  const one = pin(0, i32x4.splat(1));
  const half = pin(1, i32x4.splat(0x3f3504f3 + (31 << 23)));
  const mantissa = pin(2, i32x4.splat(0x7fffff));
  const root = pin(3, i32x4.splat(0x3f3504f3));
  const f1 = pinned(4, 1), f2 = pinned(5, 2);
  const l0 = pinned(6, 0.6666668653488159), l1 = pinned(7, 0.39988526701927185), l2 = pinned(8, 0.2958745062351227);
  const fHalf = pinned(9, 0.5), ln2 = pinned(10, 0.6931471805599453), minus2 = pinned(11, -2);
  for (const end = p + (<usize>pairs << 5); p != end; p += 32) {
    const k = f32x4.convert_i32x4_s(v128.or(i32x4.shr_u(v128.load(p), 1), one));
    const t = i32x4.sub(k, half);
    const exponent = f32x4.convert_i32x4_s(i32x4.shr_s(t, 23));
    const f = f32x4.sub(i32x4.add(v128.and(t, mantissa), root), f1);
    const s = f32x4.div(f, f32x4.add(f, f2));
    const z = f32x4.mul(s, s);
    const rest = f32x4.mul(z, madd(z, madd(z, l2, l1), l0));
    const hf = f32x4.mul(f32x4.mul(f, f), fHalf);
    const log = f32x4.sub(f, f32x4.sub(hf, f32x4.mul(s, f32x4.add(hf, rest))));
    v128.store(p, f32x4.sqrt(f32x4.mul(madd(exponent, ln2, log), minus2)));
  }
}

export function turn(p: usize, pairs: i32): void {
  const f1 = pinned(4, 1);
  const scale = pinned(12, 2 ** -31);
  const s0 = pinned(13, 3.1415927410125732), s1 = pinned(14, -5.167720317840576), s2 = pinned(15, 2.5502572059631348);
  const s3 = pinned(16, -0.5993456840515137), s4 = pinned(17, 0.07963868975639343);
  const c1 = pinned(18, -4.934795379638672), c2 = pinned(19, 4.05844783782959), c3 = pinned(20, -1.3320693969726562);
  const c4 = pinned(21, 0.2200295478105545);
  for (const end = p + (<usize>pairs << 5); p != end; p += 32) {
    const r = v128.load(p), y = v128.load(p, 16);
    const a = f32x4.mul(f32x4.convert_i32x4_s(i32x4.shr_s(y, 1)), scale);
    const aa = f32x4.mul(a, a);
    const sin = f32x4.mul(madd(aa, madd(aa, madd(aa, madd(aa, s4, s3), s2), s1), s0), a);
    const cos = madd(aa, madd(aa, madd(aa, madd(aa, c4, c3), c2), c1), f1);
    v128.store(p, f32x4.mul(v128.xor(cos, i32x4.shl(y, 31)), r));
    v128.store(p, f32x4.mul(sin, r), 16);
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

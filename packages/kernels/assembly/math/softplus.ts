import { madd } from '../simd';
import { BLOCK, buffer, pinned, slot, store3 } from '../workspace';
import { expMinusAbs } from './exp';

/** out[i] = log(1 + e^x[i]). 2 ulp, denormal results included; 0 at -Infinity. `out` may be `x`. */
export function softplus(out: usize, x: usize, n: i32): void {
  for (let first = 0; first < n; first += BLOCK) {
    const count = min(BLOCK, n - first), at = <usize>first << 2;
    expMinusAbs(buffer(0), x + at, count);
    softplusGiven(out + at, x + at, buffer(0), count);
  }
}

/** out[i] = 1 / (1 + e^-x[i]). 2 ulp, denormal results included. `out` may be `x`. */
export function sigmoid(out: usize, x: usize, n: i32): void {
  for (let first = 0; first < n; first += BLOCK) {
    const count = min(BLOCK, n - first), at = <usize>first << 2;
    expMinusAbs(buffer(0), x + at, count);
    sigmoidGiven(out + at, x + at, buffer(0), count);
  }
}

/**
 * Softplus of x given e = e^-|x|: max(x, 0) + log(1 + e), with log(1 + e) = 2 artanh s for s = e / (2 + e), arranged so that it is
 * exactly e where e is small.
 */
export function softplusGiven(out: usize, x: usize, e: usize, n: i32): void {
  const one = pinned(0, 1), two = pinned(1, 2), zero = pinned(2, 0);
  const a1 = pinned(3, A1), a2 = pinned(4, A2), a3 = pinned(5, A3), a4 = pinned(6, A4);
  for (const end = x + (<usize>(n & ~3) << 2); x != end; x += 16, e += 16, out += 16) {
    const y = v128.load(e);
    const inverse = f32x4.div(one, f32x4.add(y, two));
    const log1p = f32x4.mul(y, artanhTerms(y, inverse, two, a1, a2, a3, a4));
    v128.store(out, f32x4.add(f32x4.pmax(zero, v128.load(x)), log1p));
  }
  const rest = n & 3;
  if (rest) {
    softplusGiven(slot(0), x, e, 4);
    store3(out, slot(0), rest);
  }
}

/** Coefficients of 2 artanh(s) / s = 2 + A1 s^2 + A2 s^4 + ... on [0, 1/3], fitted for least relative error: 0.1 * 2^-24. */
export const A1: f32 = 0.666664183139801;
export const A2: f32 = 0.4002143442630768;
export const A3: f32 = 0.2800309658050537;
export const A4: f32 = 0.2800637185573578;

/** log(1 + e) / e, given 1 / (2 + e). */
// @ts-ignore: decorator
@inline
export function artanhTerms(e: v128, inverse: v128, two: v128, a1: v128, a2: v128, a3: v128, a4: v128): v128 {
  const s = f32x4.mul(e, inverse);
  const z = f32x4.mul(s, s);
  return f32x4.mul(madd(z, madd(z, madd(z, madd(z, a4, a3), a2), a1), two), inverse);
}

function sigmoidGiven(out: usize, x: usize, e: usize, n: i32): void {
  const one = pinned(0, 1);
  for (const end = x + (<usize>(n & ~3) << 2); x != end; x += 16, e += 16, out += 16) {
    const y = v128.load(e);
    const negative = i32x4.shr_s(v128.load(x), 31);
    v128.store(out, f32x4.div(v128.bitselect(y, one, negative), f32x4.add(y, one)));
  }
  const rest = n & 3;
  if (rest) {
    sigmoidGiven(slot(0), x, e, 4);
    store3(out, slot(0), rest);
  }
}

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

/** out[i] = 1 / (1 + e^-x[i]). 2.2 ulp, denormal results included. `out` may be `x`. */
export function sigmoid(out: usize, x: usize, n: i32): void {
  for (let first = 0; first < n; first += BLOCK) {
    const count = min(BLOCK, n - first), at = <usize>first << 2;
    expMinusAbs(buffer(0), x + at, count);
    sigmoidGiven(out + at, x + at, buffer(0), count);
  }
}

/** max(x, 0) + log(1 + e), given e = e^-|x|. */
export function softplusGiven(out: usize, x: usize, e: usize, n: i32): void {
  const zero = pinned(0, 0), half = pinned(1, 0.5), two = pinned(2, 2);
  const r0 = pinned(3, R0), r1 = pinned(4, R1), r2 = pinned(5, R2), r3 = pinned(6, R3);
  for (const end = x + (<usize>(n & ~3) << 2); x != end; x += 16, e += 16, out += 16) {
    v128.store(out, f32x4.add(f32x4.pmax(zero, v128.load(x)), log1p(v128.load(e), half, two, r0, r1, r2, r3)));
  }
  const rest = n & 3;
  if (rest) {
    softplusGiven(slot(0), x, e, 4);
    store3(out, slot(0), rest);
  }
}

/** 2 artanh(s) / s = 2 + R0 s^2 + R1 s^4 + ... on [0, 1/3], fitted for least relative error. */
export const R0: f32 = 0.6666663885116577;
export const R1: f32 = 0.40007704496383667;
export const R2: f32 = 0.2823381721973419;
export const R3: f32 = 0.26866376399993896;

/**
 * log(1 + e) for e in [0, 1]: 2 artanh s with s = e / (2 + e), arranged as e - (e^2/2 - s (e^2/2 + R)) so that e, which is exact,
 * carries the leading digits.
 */
// @ts-ignore: decorator
@inline
export function log1p(e: v128, half: v128, two: v128, r0: v128, r1: v128, r2: v128, r3: v128): v128 {
  const s = f32x4.div(e, f32x4.add(e, two));
  const z = f32x4.mul(s, s);
  const square = f32x4.mul(f32x4.mul(e, e), half);
  const rest = madd(z, madd(z, madd(z, madd(z, r3, r2), r1), r0), square);
  return f32x4.sub(e, f32x4.sub(square, f32x4.mul(s, rest)));
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

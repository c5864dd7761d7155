import { madd } from '../simd';
import { BLOCK, buffer, pinned, slot, store3 } from '../workspace';
import { expMinusAbs } from './exp';

/** out[i] = log(1 + e^x[i]), which is 0 at -Infinity. The error is at most 2.4 ulp, also of denormal results. `out` may be `x`. */
export function softplus(out: usize, x: usize, n: i32): void {
  for (let first = 0; first < n; first += BLOCK) {
    const count = min(BLOCK, n - first), at = <usize>first << 2;
    expMinusAbs(buffer(0), x + at, count);
    softplusGiven(out + at, x + at, buffer(0), count);
  }
}

/** out = max(x, 0) + log(1 + e) for given e = e^-|x|. */
export function softplusGiven(out: usize, x: usize, e: usize, n: i32): void {
  const zero = pinned(0, 0), q0 = pinned(1, Q0), q1 = pinned(2, Q1), q2 = pinned(3, Q2), q3 = pinned(4, Q3);
  const q4 = pinned(5, Q4), q5 = pinned(6, Q5), q6 = pinned(7, Q6), q7 = pinned(8, Q7);
  for (const end = x + (<usize>(n & ~3) << 2); x != end; x += 16, e += 16, out += 16) {
    const log = log1p(v128.load(e), q0, q1, q2, q3, q4, q5, q6, q7);
    v128.store(out, f32x4.add(f32x4.pmax(zero, v128.load(x)), log));
  }
  const rest = n & 3;
  if (rest) {
    softplusGiven(slot(0), x, e, 4);
    store3(out, slot(0), rest);
  }
}

/** Coefficients fitted to (e - log(1 + e)) / e^2 on [0, 1] for least relative error of log(1 + e): 0.6 * 2^-24. */
export const Q0: f32 = 0.49999648332595825;
export const Q1: f32 = -0.33321329951286316;
export const Q2: f32 = 0.24857217073440552;
export const Q3: f32 = -0.1915384829044342;
export const Q4: f32 = 0.13754187524318695;
export const Q5: f32 = -0.07920882850885391;
export const Q6: f32 = 0.030068300664424896;
export const Q7: f32 = -0.005365422461181879;

/** log(1 + e) for e in [0, 1], without a division. For small e the result is exactly e. */
// @ts-ignore: decorator
@inline
export function log1p(
  e: v128, q0: v128, q1: v128, q2: v128, q3: v128, q4: v128, q5: v128, q6: v128, q7: v128,
): v128 {
  const ee = f32x4.mul(e, e);
  const low = madd(ee, madd(e, q3, q2), madd(e, q1, q0)), high = madd(ee, madd(e, q7, q6), madd(e, q5, q4));
  return f32x4.sub(e, f32x4.mul(ee, madd(f32x4.mul(ee, ee), high, low)));
}

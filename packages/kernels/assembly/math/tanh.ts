import { madd } from '../simd';
import { pin, pinned, restOf, slot, store3 } from '../workspace';
import { BIAS, C0, C1, C2, C3, C4, LN2_HIGH, LN2_LOW, LOG2E, MAGIC } from './exp';

/** Below this a polynomial is used, above it the exponential. */
const NEAR: f32 = 0.625;
/** Above this, the result is 1. */
const FAR: f32 = 10;

/**
 * out[i] = tanh x[i]. The error is at most 2 ulp, also for denormal arguments; tanh(-x) is exactly -tanh(x). `out` may be `x`.
 *
 * For |x| < NEAR: |x| + |x|^3 P(x^2), with P as in Cephes's tanhf. Otherwise: 1 - 2 e / (1 + e), with e = e^-2|x| computed as in exp.ts. There
 * no result is denormal, and e / (1 + e) is the smaller part, so its rounding matters little.
 */
export function tanh(out: usize, x: usize, n: i32): void {
  const log2e = pinned(0, -2 * LOG2E), magic = pinned(1, MAGIC + BIAS), far = pinned(2, FAR), near = pinned(3, NEAR);
  const high = pinned(4, 0.5 * LN2_HIGH), low = pinned(5, 0.5 * LN2_LOW), one = pinned(6, 1), two = pinned(7, -2);
  const c0 = pinned(8, C0), c1 = pinned(9, C1), c2 = pinned(10, C2), c3 = pinned(11, C3), c4 = pinned(12, C4);
  const p0 = pinned(13, -3.33332819422e-1), p1 = pinned(14, 1.33314422036e-1), p2 = pinned(15, -5.37397155531e-2);
  const p3 = pinned(16, 2.06390887954e-2), p4 = pinned(17, -5.70498872745e-3), sign = pin(18, i32x4.splat(0x80000000));
  for (const end = x + (<usize>(n & ~3) << 2); x != end; x += 16, out += 16) {
    const y = v128.load(x), size = v128.andnot(y, sign);
    const z = f32x4.mul(size, size), zz = f32x4.mul(z, z);
    const p = madd(zz, madd(zz, p4, madd(z, p3, p2)), madd(z, p1, p0));
    const small = madd(f32x4.mul(size, z), p, size);

    const a = f32x4.pmin(size, far);
    const biased = madd(a, log2e, magic);
    const m = f32x4.sub(biased, magic);
    // Half of the remainder of -2a, computed in two parts as in exp.ts.
    const half = f32x4.sub(f32x4.neg(f32x4.add(a, f32x4.mul(m, high))), f32x4.mul(m, low));
    const r = f32x4.add(half, half), square = f32x4.mul(r, r);
    const q = madd(square, madd(square, c4, madd(r, c3, c2)), madd(r, c1, c0));
    const e = f32x4.mul(f32x4.add(madd(q, square, r), one), i32x4.shl(biased, 23));
    const large = f32x4.add(one, f32x4.mul(two, f32x4.div(e, f32x4.add(e, one))));
    v128.store(out, v128.or(v128.bitselect(small, large, f32x4.lt(size, near)), v128.and(y, sign)));
  }
  const rest = n & 3;
  if (rest) {
    tanh(slot(0), restOf(1, x, rest), 4);
    store3(out, slot(0), rest);
  }
}

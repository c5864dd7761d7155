import { madd } from '../simd';
import { pin, pinned, slot, store3 } from '../workspace';

/*
 * e^x = 2^n e^r, where n is the integer nearest to x / ln 2, and |r| <= ln(2) / 2. Adding MAGIC rounds x / ln 2 to an integer in the lowest
 * bits. With the bias added, a shift turns it into the exponent of a float.
 *
 * Polynomials are evaluated as a tree (Estrin's scheme), not as a chain (Horner's), because the latency of the operations limits these loops.
 */
export const MAGIC: f32 = 12582912;
export const BIAS: f32 = 127;
export const LOG2E: f32 = 1.4426950408889634;
// ln 2 in two parts: an exponent times the first part is exact (Cody & Waite 1980).
export const LN2_HIGH: f32 = 0.693359375;
export const LN2_LOW: f32 = -2.12194440e-4;
/** Below this, e^x rounds to 0. */
export const LOWEST: f32 = -104;
/** Above this, e^x is infinite. */
const HIGHEST: f32 = 89;

// float32 coefficients, fitted to (e^r - 1 - r) / r^2 for least relative error of e^r: 0.05 * 2^-24.
export const C0: f32 = 0.4999999403953552;
export const C1: f32 = 0.1666652113199234;
export const C2: f32 = 0.04166826233267784;
export const C3: f32 = 0.008368674665689468;
export const C4: f32 = 0.0013821055181324482;

/** The exponent, as a type: x or -|x|. */
type Plain = u8;
type MinusAbs = u16;

/** out[i] = e^x[i]. The error is at most 1 ulp, also of denormal results. `out` may be `x`. */
export function exp(out: usize, x: usize, n: i32): void {
  expOf<Plain>(out, x, n);
}

/** out[i] = e^-|x[i]|, which is 0 for infinities. */
export function expMinusAbs(out: usize, x: usize, n: i32): void {
  expOf<MinusAbs>(out, x, n);
}

function expOf<Argument>(out: usize, x: usize, n: i32): void {
  const plain = sizeof<Argument>() == sizeof<Plain>();
  // The exponent is first 64 too large, because 2^n may be denormal.
  const log2e = pinned(0, LOG2E), magic = pinned(1, MAGIC + BIAS + 64), unscale = pinned(2, 2 ** -64);
  const high = pinned(3, LN2_HIGH), low = pinned(4, LN2_LOW), lowest = pinned(5, LOWEST);
  const c0 = pinned(6, C0), c1 = pinned(7, C1), c2 = pinned(8, C2), c3 = pinned(9, C3), c4 = pinned(10, C4);
  const one = pinned(11, 1);
  const bound = plain ? pinned(12, HIGHEST) : pin(12, i32x4.splat(0x80000000)), range = pin(13, i32x4.splat(128 << 23));
  for (const end = x + (<usize>(n & ~3) << 2); x != end; x += 16, out += 16) {
    let y = v128.load(x);
    y = f32x4.pmax(plain ? f32x4.pmin(y, bound) : v128.or(y, bound), lowest);
    const biased = madd(y, log2e, magic);
    const m = f32x4.sub(biased, magic);
    const r = f32x4.sub(f32x4.sub(y, f32x4.mul(m, high)), f32x4.mul(m, low));
    const square = f32x4.mul(r, r);
    const q = madd(square, madd(square, c4, madd(r, c3, c2)), madd(r, c1, c0));
    const p = f32x4.add(madd(q, square, r), one);
    const power = i32x4.shl(biased, 23);
    if (plain) {
      // For x >= 0 the exponent could overflow with 64 more, so it is 64 too small there, and the factor is 2^64 instead of 2^-64.
      const excess = v128.andnot(range, i32x4.shr_s(y, 31));
      v128.store(out, f32x4.mul(f32x4.mul(p, i32x4.sub(power, excess)), i32x4.add(unscale, excess)));
    } else {
      // rho is -Infinity for pruned weights. Setting their results to 0 here avoids denormal arithmetic, which is slow.
      const kept = v128.and(power, f32x4.gt(y, lowest));
      v128.store(out, f32x4.mul(p, f32x4.mul(kept, unscale)));
    }
  }
  const rest = n & 3;
  if (rest) {
    expOf<Argument>(slot(0), x, 4);
    store3(out, slot(0), rest);
  }
}

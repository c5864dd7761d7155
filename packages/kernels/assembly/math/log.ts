import { madd } from '../simd';
import { pin, pinned, slot, store3 } from '../workspace';

/**
 * out[i] = log x[i]. The error is at most 1 ulp, also for denormal arguments. log 0 is -Infinity; the log of a negative number is NaN. `out`
 * may be `x`.
 *
 * x = 2^k m with m in [sqrt(1/2), sqrt(2)), f = m - 1, s = f / (2 + f), and log m = 2 artanh s. As in fdlibm's e_log.c, this is computed as
 * f - (f^2/2 - s (f^2/2 + R)), because f is exact and has the leading digits.
 */
export function log(out: usize, x: usize, n: i32): void {
  const root = pin(0, i32x4.splat(0x3f3504f3)), mantissa = pin(1, i32x4.splat(0x7fffff));
  const one = pinned(2, 1), two = pinned(3, 2), half = pinned(4, 0.5);
  const r0 = pinned(5, 0.6666668653488159), r1 = pinned(6, 0.39988526701927185), r2 = pinned(7, 0.2958745062351227);
  const high = pinned(8, 0.693359375), low = pinned(9, -2.12194440e-4);
  const normal = pin(10, i32x4.splat(1 << 23)), infinity = pinned(11, Infinity);
  for (const end = x + (<usize>(n & ~3) << 2); x != end; x += 16, out += 16) {
    const y = v128.load(x);
    // Denormals are multiplied by 2^24. `small` is also true for zeros and negative numbers; they are handled below.
    const small = i32x4.lt_s(y, normal);
    const t = i32x4.sub(v128.bitselect(f32x4.mul(y, f32x4.splat(2 ** 24)), y, small), root);
    const k = f32x4.convert_i32x4_s(i32x4.add(i32x4.shr_s(t, 23), v128.and(small, i32x4.splat(-24))));
    const f = f32x4.sub(i32x4.add(v128.and(t, mantissa), root), one);
    const s = f32x4.div(f, f32x4.add(f, two));
    const z = f32x4.mul(s, s);
    const rest = f32x4.mul(z, madd(f32x4.mul(z, z), r2, madd(z, r1, r0)));
    const square = f32x4.mul(f32x4.mul(f, f), half);
    const less = f32x4.sub(square, madd(s, f32x4.add(square, rest), f32x4.mul(k, low)));
    let result = madd(k, high, f32x4.sub(f, less));
    // log Infinity = Infinity, and log NaN = NaN.
    result = v128.bitselect(y, result, i32x4.ge_s(y, infinity));
    result = v128.bitselect(f32x4.splat(-Infinity), result, f32x4.eq(y, f32x4.splat(0)));
    v128.store(out, v128.or(result, f32x4.lt(y, f32x4.splat(0))));
  }
  const rest = n & 3;
  if (rest) {
    log(slot(0), x, 4);
    store3(out, slot(0), rest);
  }
}

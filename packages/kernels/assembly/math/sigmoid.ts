import { madd } from '../simd';
import { pinned, slot, store3 } from '../workspace';
import { BIAS, C0, C1, C2, C3, C4, LN2_HIGH, LN2_LOW, LOG2E, MAGIC } from './exp';

/** Below this, the result rounds to 0. */
const LOWEST: f32 = -104;
/** Above this, the result is 1. */
const HIGHEST: f32 = 40;

/**
 * out[i] = 1 / (1 + e^-x[i]). The error is at most 2.4 ulp, also of denormal results. `out` may be `x`.
 *
 * Computed as u / (u + u e^-x) with u = 2^-64. So e^-x may be as large as e^104 without overflow, and a denormal quotient is rounded once.
 * e^-x is computed as in exp.ts, with r negated.
 */
export function sigmoid(out: usize, x: usize, n: i32): void {
  const log2e = pinned(0, -LOG2E), magic = pinned(1, MAGIC + BIAS - 64), u = pinned(2, 2 ** -64);
  const high = pinned(3, LN2_HIGH), low = pinned(4, LN2_LOW), lowest = pinned(5, LOWEST), highest = pinned(6, HIGHEST);
  const c0 = pinned(7, C0), c1 = pinned(8, -C1), c2 = pinned(9, C2), c3 = pinned(10, -C3), c4 = pinned(11, C4);
  const one = pinned(12, 1);
  for (const end = x + (<usize>(n & ~3) << 2); x != end; x += 16, out += 16) {
    const y = f32x4.pmax(f32x4.pmin(v128.load(x), highest), lowest);
    const biased = madd(y, log2e, magic);
    const m = f32x4.sub(biased, magic);
    const r = f32x4.add(f32x4.add(y, f32x4.mul(m, high)), f32x4.mul(m, low));
    const square = f32x4.mul(r, r);
    const q = madd(square, madd(square, c4, madd(r, c3, c2)), madd(r, c1, c0));
    const p = f32x4.add(f32x4.sub(f32x4.mul(q, square), r), one);
    v128.store(out, f32x4.div(u, f32x4.add(f32x4.mul(p, i32x4.shl(biased, 23)), u)));
  }
  const rest = n & 3;
  if (rest) {
    sigmoid(slot(0), x, 4);
    store3(out, slot(0), rest);
  }
}

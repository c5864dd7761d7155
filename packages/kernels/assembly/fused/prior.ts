import { BIAS, LOG2E, MAGIC } from '../math/exp';
import { softplus } from '../math/softplus';
import { madd } from '../simd';
import { pinned, wholeBytes } from '../workspace';

/** src/wasm-ops/prior.ts numbers the priors and computes their constants; the mixture's first component is the wider one. */
export const FLAT: i32 = 0;
export const GAUSSIAN: i32 = 1;

/**
 * The gradient g - weight * d log p(w) / dw, in `to` (a buffer) or where `g` is, if there is nothing to add. Returns where.
 *
 * For the mixture -d log p / dw = w (precision1 + e precision2) / (1 + e), where e = e^(logOdds - curvature w^2) are the odds of the
 * second component: nothing over- or underflows for any w. For the Gaussian it is w precision1.
 */
export function withPrior(
  to: usize, g: usize, w: usize, n: i32, weight: f32,
  prior: i32, precision1: f32, precision2: f32, logOdds: f32, curvature: f32,
): usize {
  if (prior == FLAT || weight == 0) return g;
  if (prior == GAUSSIAN) gaussianSlope(to, g, w, n, weight * precision1);
  else mixtureSlope(to, g, w, n, weight * precision1, weight * precision2, logOdds * LOG2E, curvature * LOG2E);
  return to;
}

function gaussianSlope(to: usize, g: usize, w: usize, n: i32, slope: f32): void {
  const s = pinned(0, slope);
  for (const end = to + wholeBytes(n); to != end; to += 16, g += 16, w += 16) {
    v128.store(to, f32x4.add(v128.load(g), f32x4.mul(v128.load(w), s)));
  }
}

/**
 * The odds are 2^(a - b w^2), by the method of math/exp.ts. Below 2^-124 they stay there, for denormal arithmetic is slow; above 2^60,
 * where only the second component counts, they would overflow.
 */
function mixtureSlope(to: usize, g: usize, w: usize, n: i32, slope1: f32, slope2: f32, a: f32, b: f32): void {
  const one = pinned(0, 1), s1 = pinned(1, slope1), s2 = pinned(2, slope2), va = pinned(3, a), vb = pinned(4, b);
  const lowest = pinned(5, -124), magic = pinned(6, MAGIC + BIAS), highest = pinned(12, 60);
  // Fitted to 2^f on [-1/2, 1/2] for least relative error: 1.6 * 2^-24, less than the rounding of a - b w^2 makes.
  const c1 = pinned(7, 0.6931470036506653), c2 = pinned(8, 0.24022246897220612), c3 = pinned(9, 0.0555071160197258);
  const c4 = pinned(10, 0.009671300649642944), c5 = pinned(11, 0.001326927449554205);
  for (const end = to + wholeBytes(n); to != end; to += 16, g += 16, w += 16) {
    const y = v128.load(w);
    const t = f32x4.pmax(f32x4.pmin(f32x4.sub(va, f32x4.mul(vb, f32x4.mul(y, y))), highest), lowest);
    const biased = f32x4.add(t, magic);
    const f = f32x4.sub(t, f32x4.sub(biased, magic)), ff = f32x4.mul(f, f);
    const p = madd(madd(ff, madd(ff, c5, madd(f, c4, c3)), madd(f, c2, c1)), f, one);
    const e = f32x4.mul(p, i32x4.shl(biased, 23));
    const slope = f32x4.div(madd(e, s2, s1), f32x4.add(e, one));
    v128.store(to, madd(y, slope, v128.load(g)));
  }
}

/**
 * to[i] = log p(w[i]), a buffer; `constant` is log p of the first component at 0. For the mixture
 * log p = constant - w^2 precision1 / 2 + softplus(logOdds - curvature w^2). For `flat` it is 0.
 */
export function logDensity(
  to: usize, w: usize, n: i32,
  prior: i32, precision1: f32, logOdds: f32, curvature: f32, constant: f32,
): void {
  if (prior == FLAT) {
    // Not constant - 0 w^2, which is NaN where w^2 overflows.
    memory.fill(to, 0, <usize>wholeBytes(n));
    return;
  }
  const mixture = prior > GAUSSIAN;
  if (mixture) {
    parabola(to, w, n, logOdds, curvature);
    softplus(to, to, n);
  }
  const c = pinned(0, constant), halfPrecision = pinned(1, 0.5 * precision1), zero = pinned(2, 0);
  for (const end = to + wholeBytes(n); to != end; to += 16, w += 16) {
    const y = v128.load(w);
    const other = mixture ? v128.load(to) : zero;
    v128.store(to, f32x4.add(f32x4.sub(c, f32x4.mul(halfPrecision, f32x4.mul(y, y))), other));
  }
}

function parabola(to: usize, w: usize, n: i32, a: f32, b: f32): void {
  const va = pinned(0, a), vb = pinned(1, b);
  for (const end = to + wholeBytes(n); to != end; to += 16, w += 16) {
    const y = v128.load(w);
    v128.store(to, f32x4.sub(va, f32x4.mul(vb, f32x4.mul(y, y))));
  }
}

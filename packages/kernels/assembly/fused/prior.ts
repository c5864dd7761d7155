import { BIAS, LOG2E, MAGIC } from '../math/exp';
import { softplus } from '../math/softplus';
import { madd } from '../simd';
import { pinned, wholeBytes } from '../workspace';

/** The priors. src/wasm-ops/prior.ts uses the same numbers, and computes the constants. A mixture's first component is the wider one. */
export const FLAT: i32 = 0;
export const GAUSSIAN: i32 = 1;
export const MIXTURE: i32 = 2;
export const LAPLACE: i32 = 3;

/** The term in log p: w^2 for Gaussian priors, |w| for Laplace priors. */
type Square = u8;
type Absolute = u16;

/**
 * The gradient g - weight * d log p(w) / dw. Writes it to `to`, a buffer, and returns `to`; if there is nothing to add, returns `g`.
 *
 * For the mixture, -d log p / dw = w (precision1 + e precision2) / (1 + e), where e = e^(logOdds - curvature w^2) are the odds of the
 * second component. This form does not overflow or underflow for any w. For the Gaussian it is w precision1. Laplace priors have |w|
 * instead of w^2, sign(w) instead of w, and precisions 1 / scale.
 */
export function withPrior(
  to: usize, g: usize, w: usize, n: i32, weight: f32,
  prior: i32, precision1: f32, precision2: f32, logOdds: f32, curvature: f32,
): usize {
  if (prior == FLAT || weight == 0) return g;
  const slope1 = weight * precision1, slope2 = weight * precision2, a = logOdds * LOG2E, b = curvature * LOG2E;
  if (prior == GAUSSIAN) gaussianSlope(to, g, w, n, slope1);
  else if (prior == MIXTURE) mixtureSlope<Square>(to, g, w, n, slope1, slope2, a, b);
  else if (prior == LAPLACE) laplaceSlope(to, g, w, n, slope1);
  else mixtureSlope<Absolute>(to, g, w, n, slope1, slope2, a, b);
  return to;
}

function laplaceSlope(to: usize, g: usize, w: usize, n: i32, slope: f32): void {
  const s = pinned(0, slope);
  for (const end = to + wholeBytes(n); to != end; to += 16, g += 16, w += 16) {
    v128.store(to, f32x4.add(v128.load(g), f32x4.mul(signs(v128.load(w)), s)));
  }
}

/** sign(y): -1, 0 or 1; NaN for NaN. */
// @ts-ignore: decorator
@inline
function signs(y: v128): v128 {
  const one = v128.or(v128.and(y, i32x4.splat(0x80000000)), f32x4.splat(1));
  return v128.bitselect(one, y, v128.or(f32x4.lt(y, f32x4.splat(0)), f32x4.gt(y, f32x4.splat(0))));
}

function gaussianSlope(to: usize, g: usize, w: usize, n: i32, slope: f32): void {
  const s = pinned(0, slope);
  for (const end = to + wholeBytes(n); to != end; to += 16, g += 16, w += 16) {
    v128.store(to, f32x4.add(v128.load(g), f32x4.mul(v128.load(w), s)));
  }
}

/**
 * The odds are 2^(a - b w^2) or 2^(a - b |w|), computed as in math/exp.ts. They are clipped to [2^-124, 2^60]: below, denormal arithmetic
 * would be slow; above, they would overflow, and only the second component matters.
 */
function mixtureSlope<Falls>(to: usize, g: usize, w: usize, n: i32, slope1: f32, slope2: f32, a: f32, b: f32): void {
  const one = pinned(0, 1), s1 = pinned(1, slope1), s2 = pinned(2, slope2), va = pinned(3, a), vb = pinned(4, b);
  const lowest = pinned(5, -124), magic = pinned(6, MAGIC + BIAS), highest = pinned(12, 60);
  // Fitted to 2^f on [-1/2, 1/2] for least relative error, 1.6 * 2^-24. The rounding error of a - b w^2 is larger.
  const c1 = pinned(7, 0.6931470036506653), c2 = pinned(8, 0.24022246897220612), c3 = pinned(9, 0.0555071160197258);
  const c4 = pinned(10, 0.009671300649642944), c5 = pinned(11, 0.001326927449554205);
  for (const end = to + wholeBytes(n); to != end; to += 16, g += 16, w += 16) {
    const y = v128.load(w);
    const magnitude = sizeof<Falls>() == sizeof<Square>() ? f32x4.mul(y, y) : f32x4.abs(y);
    const t = f32x4.pmax(f32x4.pmin(f32x4.sub(va, f32x4.mul(vb, magnitude)), highest), lowest);
    const biased = f32x4.add(t, magic);
    const f = f32x4.sub(t, f32x4.sub(biased, magic)), ff = f32x4.mul(f, f);
    const p = madd(madd(ff, madd(ff, c5, madd(f, c4, c3)), madd(f, c2, c1)), f, one);
    const e = f32x4.mul(p, i32x4.shl(biased, 23));
    const slope = f32x4.div(madd(e, s2, s1), f32x4.add(e, one));
    v128.store(to, madd(sizeof<Falls>() == sizeof<Square>() ? y : signs(y), slope, v128.load(g)));
  }
}

/**
 * to[i] = log p(w[i]); `to` is a buffer, and `constant` is log p of the first component at 0. For the mixture of Gaussians
 * log p = constant - w^2 precision1 / 2 + softplus(logOdds - curvature w^2). For the mixture of Laplace priors
 * log p = constant - |w| precision1 + softplus(logOdds - curvature |w|). For `flat`, log p = 0.
 */
export function logDensity(
  to: usize, w: usize, n: i32,
  prior: i32, precision1: f32, logOdds: f32, curvature: f32, constant: f32,
): void {
  if (prior == FLAT) {
    // constant - 0 w^2 would be NaN where w^2 overflows.
    memory.fill(to, 0, <usize>wholeBytes(n));
    return;
  }
  if (prior < LAPLACE) falling<Square>(to, w, n, prior == MIXTURE, 0.5 * precision1, logOdds, curvature, constant);
  else falling<Absolute>(to, w, n, prior > LAPLACE, precision1, logOdds, curvature, constant);
}

function falling<Falls>(
  to: usize, w: usize, n: i32, mixture: bool, slope1: f32, logOdds: f32, curvature: f32, constant: f32,
): void {
  if (mixture) {
    exponents<Falls>(to, w, n, logOdds, curvature);
    softplus(to, to, n);
  }
  const c = pinned(0, constant), steepness = pinned(1, slope1), zero = pinned(2, 0);
  for (const end = to + wholeBytes(n); to != end; to += 16, w += 16) {
    const y = v128.load(w);
    const other = mixture ? v128.load(to) : zero;
    const magnitude = sizeof<Falls>() == sizeof<Square>() ? f32x4.mul(y, y) : f32x4.abs(y);
    v128.store(to, f32x4.add(f32x4.sub(c, f32x4.mul(steepness, magnitude)), other));
  }
}

function exponents<Falls>(to: usize, w: usize, n: i32, a: f32, b: f32): void {
  const va = pinned(0, a), vb = pinned(1, b);
  for (const end = to + wholeBytes(n); to != end; to += 16, w += 16) {
    const y = v128.load(w);
    const magnitude = sizeof<Falls>() == sizeof<Square>() ? f32x4.mul(y, y) : f32x4.abs(y);
    v128.store(to, f32x4.sub(va, f32x4.mul(vb, magnitude)));
  }
}

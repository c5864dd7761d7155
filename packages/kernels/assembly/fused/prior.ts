import { expParabola } from '../math/exp';
import { softplus } from '../math/softplus';
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
  else {
    expParabola(to, w, n, min<f32>(logOdds, 40), curvature);
    mixtureSlope(to, g, w, n, weight * precision1, weight * precision2);
  }
  return to;
}

function gaussianSlope(to: usize, g: usize, w: usize, n: i32, slope: f32): void {
  const s = pinned(0, slope);
  for (const end = to + wholeBytes(n); to != end; to += 16, g += 16, w += 16) {
    v128.store(to, f32x4.add(v128.load(g), f32x4.mul(v128.load(w), s)));
  }
}

/** `odds` hold e, and then the gradient. */
function mixtureSlope(odds: usize, g: usize, w: usize, n: i32, slope1: f32, slope2: f32): void {
  const one = pinned(0, 1), s1 = pinned(1, slope1), s2 = pinned(2, slope2);
  for (const end = odds + wholeBytes(n); odds != end; odds += 16, g += 16, w += 16) {
    const e = v128.load(odds);
    const slope = f32x4.div(f32x4.add(s1, f32x4.mul(e, s2)), f32x4.add(e, one));
    v128.store(odds, f32x4.add(v128.load(g), f32x4.mul(v128.load(w), slope)));
  }
}

/**
 * to[i] = log p(w[i]), a buffer; `constant` is log p of the first component at 0. For the mixture
 * log p = constant - w^2 precision1 / 2 + softplus(logOdds - curvature w^2).
 */
export function logDensity(
  to: usize, w: usize, n: i32,
  prior: i32, precision1: f32, logOdds: f32, curvature: f32, constant: f32,
): void {
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

import { expMinusAbs } from '../math/exp';
import { log } from '../math/log';
import { log1p, Q0, Q1, Q2, Q3, Q4, Q5, Q6, Q7, softplus } from '../math/softplus';
import { madd } from '../simd';
import { BLOCK, buffer, pinned, restOf, slot, store3, wholeBytes } from '../workspace';
import { sum } from './cost';
import { multiply } from './estimators';
import { scaled } from './gaussian';
import { ADAM, adamStep, descend } from './optimizer';
import { logUniformKl, pressure } from './sparse';

/**
 * variance = sigma^2 and ratio = sigmoid(rho) / sigma. As rho goes to -Infinity, the ratio goes to 1; where sigma is 0, it is 0. `e` is
 * e^-|rho|. The outputs may be `e` or `rho`. n is rounded up to whole vectors.
 */
function spread(variance: usize, ratio: usize, rho: usize, e: usize, n: i32): void {
  const zero = pinned(0, 0), q0 = pinned(1, Q0), q1 = pinned(2, Q1), q2 = pinned(3, Q2), q3 = pinned(4, Q3);
  const q4 = pinned(5, Q4), q5 = pinned(6, Q5), q6 = pinned(7, Q6), q7 = pinned(8, Q7);
  const one = pinned(9, 1);
  for (const end = e + wholeBytes(n); e != end; e += 16, rho += 16, variance += 16, ratio += 16) {
    const y = v128.load(e), x = v128.load(rho);
    const sigma = f32x4.add(f32x4.pmax(zero, x), log1p(y, q0, q1, q2, q3, q4, q5, q6, q7));
    const numerator = v128.bitselect(y, one, i32x4.shr_s(x, 31));
    const quotient = f32x4.div(numerator, f32x4.mul(f32x4.add(y, one), sigma));
    v128.store(ratio, v128.andnot(quotient, f32x4.eq(sigma, zero)));
    v128.store(variance, f32x4.mul(sigma, sigma));
  }
}

/** See Ops.variance in src/ops.ts, with its `ratio`. */
export function varianceAndRatio(variance: usize, ratio: usize, rho: usize, n: i32): void {
  const whole = n & ~3, rest = n & 3, at = <usize>whole << 2;
  for (let first = 0; first < whole; first += BLOCK) {
    const count = min(BLOCK, whole - first), offset = <usize>first << 2;
    expMinusAbs(buffer(0), rho + offset, count);
    spread(variance + offset, ratio + offset, rho + offset, buffer(0), count);
  }
  if (!rest) return;
  varianceAndRatio(slot(0), slot(1), restOf(2, rho + at, rest), 4);
  store3(variance + at, slot(0), rest);
  store3(ratio + at, slot(1), rest);
}

/** One vector of {@link rhoGradient}. */
// @ts-ignore: decorator
@inline
function rhoSlope(variance: v128, ratio: v128, varianceGrad: v128, kl: v128, slope: v128): v128 {
  return f32x4.mul(f32x4.sub(f32x4.mul(variance, f32x4.add(f32x4.add(varianceGrad, varianceGrad), slope)), kl), ratio);
}

/** gRho = ratio (variance (2 varianceGrad + slope) - klWeight) = (2 sigma varianceGrad + klWeight (sigma precision - 1 / sigma)) sigmoid(rho). */
function rhoGradient(
  to: usize, variance: usize, ratio: usize, varianceGrad: usize, n: i32, klWeight: f32, slope: f32,
): void {
  const kl = pinned(0, klWeight), s = pinned(1, slope);
  for (const end = to + wholeBytes(n); to != end; to += 16, variance += 16, ratio += 16, varianceGrad += 16) {
    v128.store(to, rhoSlope(v128.load(variance), v128.load(ratio), v128.load(varianceGrad), kl, s));
  }
}

/** to = meanGrad + slope mu; `to` is a buffer. */
function muGradient(to: usize, mu: usize, meanGrad: usize, n: i32, slope: f32): void {
  const s = pinned(0, slope);
  for (const end = to + wholeBytes(n); to != end; to += 16, mu += 16, meanGrad += 16) {
    v128.store(to, madd(s, v128.load(mu), v128.load(meanGrad)));
  }
}

/** gRho = ratio (2 variance varianceGrad - klWeight c) for the log-uniform prior; `pressures` holds c, see sparse.ts. */
function rhoGradientUnder(
  to: usize, variance: usize, ratio: usize, varianceGrad: usize, pressures: usize, n: i32, klWeight: f32,
): void {
  const kl = pinned(0, klWeight);
  for (
    const end = to + wholeBytes(n);
    to != end;
    to += 16, variance += 16, ratio += 16, varianceGrad += 16, pressures += 16
  ) {
    const g = v128.load(varianceGrad);
    const inner = f32x4.sub(f32x4.mul(v128.load(variance), f32x4.add(g, g)), f32x4.mul(kl, v128.load(pressures)));
    v128.store(to, f32x4.mul(inner, v128.load(ratio)));
  }
}

/** to = meanGrad + klWeight c / mu; the second term is 0 where c is 0. */
function muGradientUnder(to: usize, mu: usize, meanGrad: usize, pressures: usize, n: i32, klWeight: f32): void {
  const kl = pinned(0, klWeight), zero = pinned(1, 0);
  for (const end = to + wholeBytes(n); to != end; to += 16, mu += 16, meanGrad += 16, pressures += 16) {
    const c = v128.load(pressures);
    const slope = v128.andnot(f32x4.div(f32x4.mul(kl, c), v128.load(mu)), f32x4.eq(c, zero));
    v128.store(to, f32x4.add(v128.load(meanGrad), slope));
  }
}

/**
 * The gradients of one block: of mu in buffer 0, of rho in buffer 1. `precision` is 0 for the log-uniform prior. `variance` and `ratio`
 * come from {@link varianceAndRatio}; if they are 0, they are computed here.
 */
function gradients(
  mu: usize, rho: usize, variance: usize, ratio: usize, meanGrad: usize, varianceGrad: usize, n: i32,
  klWeight: f32, precision: f32,
): void {
  if (!variance) {
    variance = buffer(1);
    ratio = buffer(2);
    expMinusAbs(variance, rho, n);
    spread(variance, ratio, rho, variance, n);
  }
  if (precision == 0) {
    pressure(mu, variance, n);
    rhoGradientUnder(buffer(1), variance, ratio, varianceGrad, buffer(3), n, klWeight);
    muGradientUnder(buffer(0), mu, meanGrad, buffer(3), n, klWeight);
    return;
  }
  muGradient(buffer(0), mu, meanGrad, n, klWeight * precision);
  rhoGradient(buffer(1), variance, ratio, varianceGrad, n, klWeight, klWeight * precision);
}

/** See Ops.localGradients in src/ops.ts. The passes work on whole vectors; the last one to three elements are copied to slots. */
export function localGradients(
  gMu: usize, gRho: usize, mu: usize, rho: usize, variance: usize, ratio: usize, meanGrad: usize, varianceGrad: usize, n: i32,
  klWeight: f32, precision: f32, scale: f32, accumulate: bool,
): void {
  const rest = n & 3, at = <usize>(n & ~3) << 2;
  gradientsOfWhole(
    gMu, gRho, mu, rho, variance, ratio, meanGrad, varianceGrad, n & ~3, klWeight, precision, scale, accumulate,
  );
  if (!rest) return;
  gradientsOfWhole(
    restOf(0, gMu + at, rest), restOf(1, gRho + at, rest), restOf(2, mu + at, rest), restOf(3, rho + at, rest),
    restOrNone(8, variance, at, rest), restOrNone(9, ratio, at, rest), restOf(4, meanGrad + at, rest), restOf(5, varianceGrad + at, rest), 4, klWeight, precision, scale, accumulate,
  );
  store3(gMu + at, slot(0), rest);
  store3(gRho + at, slot(1), rest);
}

function gradientsOfWhole(
  gMu: usize, gRho: usize, mu: usize, rho: usize, variance: usize, ratio: usize, meanGrad: usize, varianceGrad: usize, n: i32,
  klWeight: f32, precision: f32, scale: f32, accumulate: bool,
): void {
  for (let first = 0; first < n; first += BLOCK) {
    const count = min(BLOCK, n - first), at = <usize>first << 2;
    gradients(
      mu + at, rho + at, variance ? variance + at : 0, ratio + at, meanGrad + at, varianceGrad + at, count, klWeight, precision,
    );
    scaled(gMu + at, buffer(0), count, scale, accumulate);
    scaled(gRho + at, buffer(1), count, scale, accumulate);
  }
}

/** See Ops.updateLocal in src/ops.ts. A moment that the optimiser does not have is 0. */
export function updateLocal(
  mu: usize, rho: usize, muM: usize, muV: usize, rhoM: usize, rhoV: usize, variance: usize, ratio: usize,
  meanGrad: usize, varianceGrad: usize, n: i32,
  klWeight: f32, precision: f32,
  rule: i32, rate: f32, decay1: f32, gain1: f32, decay2: f32, gain2: f32, correction: f32, epsilon: f32,
): void {
  const rest = n & 3, at = <usize>(n & ~3) << 2;
  updateWhole(
    mu, rho, muM, muV, rhoM, rhoV, variance, ratio, meanGrad, varianceGrad, n & ~3, klWeight, precision,
    rule, rate, decay1, gain1, decay2, gain2, correction, epsilon,
  );
  if (!rest) return;
  updateWhole(
    restOf(0, mu + at, rest), restOf(1, rho + at, rest), restOrNone(2, muM, at, rest), restOrNone(3, muV, at, rest),
    restOrNone(4, rhoM, at, rest), restOrNone(5, rhoV, at, rest), restOrNone(8, variance, at, rest),
    restOrNone(9, ratio, at, rest), restOf(6, meanGrad + at, rest),
    restOf(7, varianceGrad + at, rest), 4, klWeight, precision,
    rule, rate, decay1, gain1, decay2, gain2, correction, epsilon,
  );
  store3(mu + at, slot(0), rest);
  store3(rho + at, slot(1), rest);
  if (muM) store3(muM + at, slot(2), rest);
  if (muV) store3(muV + at, slot(3), rest);
  if (rhoM) store3(rhoM + at, slot(4), rest);
  if (rhoV) store3(rhoV + at, slot(5), rest);
}

function restOrNone(i: usize, p: usize, at: usize, rest: i32): usize {
  return p ? restOf(i, p + at, rest) : 0;
}

function updateWhole(
  mu: usize, rho: usize, muM: usize, muV: usize, rhoM: usize, rhoV: usize, variance: usize, ratio: usize,
  meanGrad: usize, varianceGrad: usize, n: i32,
  klWeight: f32, precision: f32,
  rule: i32, rate: f32, decay1: f32, gain1: f32, decay2: f32, gain2: f32, correction: f32, epsilon: f32,
): void {
  if (rule == ADAM && variance && precision != 0) {
    const slope = klWeight * precision;
    adamOfMu(mu, muM, muV, meanGrad, n, slope, rate, decay1, gain1, decay2, gain2, correction, epsilon);
    adamOfRho(
      rho, rhoM, rhoV, variance, ratio, varianceGrad, n, klWeight, slope, rate, decay1, gain1, decay2, gain2, correction, epsilon,
    );
    return;
  }
  for (let first = 0; first < n; first += BLOCK) {
    const count = min(BLOCK, n - first), at = <usize>first << 2;
    gradients(
      mu + at, rho + at, variance ? variance + at : 0, ratio + at, meanGrad + at, varianceGrad + at, count, klWeight, precision,
    );
    descend(
      mu + at, muM + at, muV + at, buffer(0), count, rule, rate, decay1, gain1, decay2, gain2, correction, epsilon,
    );
    descend(
      rho + at, rhoM + at, rhoV + at, buffer(1), count, rule, rate, decay1, gain1, decay2, gain2, correction, epsilon,
    );
  }
}

/*
 * Gradient and Adam in one loop, for a Gaussian prior. Adam is limited by the divider (square root and division), the gradient by memory.
 * In one loop both work at the same time. The bits are the same as in two loops.
 */

function adamOfMu(
  mu: usize, m: usize, v: usize, meanGrad: usize, n: i32, slope: f32,
  rate: f32, decay1: f32, gain1: f32, decay2: f32, gain2: f32, correction: f32, epsilon: f32,
): void {
  const vRate = pinned(0, rate), d1 = pinned(1, decay1), g1 = pinned(2, gain1), d2 = pinned(3, decay2), g2 = pinned(4, gain2);
  const c = pinned(5, correction), eps = pinned(6, epsilon), s = pinned(7, slope);
  for (const end = mu + (<usize>n << 2); mu != end; mu += 16, m += 16, v += 16, meanGrad += 16) {
    adamStep(mu, m, v, madd(s, v128.load(mu), v128.load(meanGrad)), vRate, d1, g1, d2, g2, c, eps);
  }
}

function adamOfRho(
  rho: usize, m: usize, v: usize, variance: usize, ratio: usize, varianceGrad: usize, n: i32, klWeight: f32, slope: f32,
  rate: f32, decay1: f32, gain1: f32, decay2: f32, gain2: f32, correction: f32, epsilon: f32,
): void {
  const vRate = pinned(0, rate), d1 = pinned(1, decay1), g1 = pinned(2, gain1), d2 = pinned(3, decay2), g2 = pinned(4, gain2);
  const c = pinned(5, correction), eps = pinned(6, epsilon), s = pinned(7, slope), kl = pinned(8, klWeight);
  for (
    const end = rho + (<usize>n << 2);
    rho != end;
    rho += 16, m += 16, v += 16, variance += 16, ratio += 16, varianceGrad += 16
  ) {
    const gradient = rhoSlope(v128.load(variance), v128.load(ratio), v128.load(varianceGrad), kl, s);
    adamStep(rho, m, v, gradient, vRate, d1, g1, d2, g2, c, eps);
  }
}

/**
 * Sum of KL[N(mu, sigma^2) || N(0, 1 / precision)] over the weights with sigma > 0. `constant` is -(1 + log precision) / 2. A `precision` of
 * 0 means the log-uniform prior.
 */
export function gaussianKl(mu: usize, rho: usize, n: i32, precision: f32, constant: f32): f64 {
  const whole = n & ~3, rest = n & 3, at = <usize>whole << 2;
  let total: f64 = 0;
  for (let first = 0; first < whole; first += BLOCK) {
    const count = min(BLOCK, whole - first), offset = <usize>first << 2;
    total += klOf(mu + offset, rho + offset, count, count, precision, constant);
  }
  if (rest) total += klOf(restOf(0, mu + at, rest), restOf(1, rho + at, rest), 4, rest, precision, constant);
  return total;
}

/** The sum over the first `counted` of n elements. n is at most a block, rounded up to whole vectors. */
function klOf(mu: usize, rho: usize, n: i32, counted: i32, precision: f32, constant: f32): f64 {
  softplus(buffer(2), rho, n);
  if (precision == 0) {
    multiply(buffer(2), buffer(2), buffer(2), n);
    logUniformKl(mu, buffer(2), n);
    return sum(buffer(3), counted);
  }
  log(buffer(3), buffer(2), n);
  divergences(buffer(1), mu, buffer(2), buffer(3), n, 0.5 * precision, constant);
  return sum(buffer(1), counted);
}

function divergences(to: usize, mu: usize, sigma: usize, logSigma: usize, n: i32, halfPrecision: f32, constant: f32): void {
  const h = pinned(0, halfPrecision), c = pinned(1, constant), zero = pinned(2, 0);
  for (const end = to + wholeBytes(n); to != end; to += 16, mu += 16, sigma += 16, logSigma += 16) {
    const m = v128.load(mu), s = v128.load(sigma);
    const squares = f32x4.add(f32x4.mul(m, m), f32x4.mul(s, s));
    const kl = f32x4.sub(f32x4.add(f32x4.mul(h, squares), c), v128.load(logSigma));
    v128.store(to, v128.andnot(kl, f32x4.eq(s, zero)));
  }
}

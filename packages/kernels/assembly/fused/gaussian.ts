import { expMinusAbs } from '../math/exp';
import { Q0, Q1, Q2, Q3, Q4, Q5, Q6, Q7, log1p } from '../math/softplus';
import { madd } from '../simd';
import { normals } from '../random/normal';
import { BLOCK, buffer, pinned, slot, store3, wholeBytes } from '../workspace';
import { descend } from './optimizer';
import { withPrior } from './prior';

/** w = mu + softplus(rho) epsilon. */
export function sampleGaussian(w: usize, mu: usize, rho: usize, n: i32, key0: u32, key1: u32): void {
  for (let first = 0; first < n; first += BLOCK) {
    const count = min(BLOCK, n - first), at = <usize>first << 2;
    normals(buffer(0), count, first, key0, key1);
    expMinusAbs(buffer(1), rho + at, count);
    draw(w + at, mu + at, rho + at, buffer(1), buffer(0), count);
  }
}

/** {@link sampleGaussian} for given e = e^-|rho| and epsilon. */
function draw(w: usize, mu: usize, rho: usize, e: usize, epsilon: usize, n: i32): void {
  const zero = pinned(0, 0), q0 = pinned(1, Q0), q1 = pinned(2, Q1), q2 = pinned(3, Q2), q3 = pinned(4, Q3);
  const q4 = pinned(5, Q4), q5 = pinned(6, Q5), q6 = pinned(7, Q6), q7 = pinned(8, Q7);
  for (const end = mu + (<usize>(n & ~3) << 2); mu != end; mu += 16, rho += 16, e += 16, epsilon += 16, w += 16) {
    const sigma = f32x4.add(f32x4.pmax(zero, v128.load(rho)), log1p(v128.load(e), q0, q1, q2, q3, q4, q5, q6, q7));
    v128.store(w, madd(sigma, v128.load(epsilon), v128.load(mu)));
  }
  const rest = n & 3;
  if (rest) {
    draw(slot(0), mu, rho, e, epsilon, 4);
    store3(w, slot(0), rest);
  }
}

/**
 * gRho = (g (w - mu) - klWeight) sigmoid(rho) / softplus(rho). This equals (g epsilon - klWeight / sigma) sigmoid(rho), but uses w, so
 * epsilon is not drawn again. `to` is a buffer that holds e^-|rho| before and the gradient after. Where sigma is 0, the gradient is 0.
 */
function rhoGradient(to: usize, mu: usize, rho: usize, w: usize, g: usize, n: i32, klWeight: f32): void {
  const zero = pinned(0, 0), q0 = pinned(1, Q0), q1 = pinned(2, Q1), q2 = pinned(3, Q2), q3 = pinned(4, Q3);
  const q4 = pinned(5, Q4), q5 = pinned(6, Q5), q6 = pinned(7, Q6), q7 = pinned(8, Q7);
  const one = pinned(9, 1), kl = pinned(10, klWeight);
  for (const end = to + wholeBytes(n); to != end; to += 16, mu += 16, rho += 16, w += 16, g += 16) {
    const e = v128.load(to), x = v128.load(rho);
    const sigma = f32x4.add(f32x4.pmax(zero, x), log1p(e, q0, q1, q2, q3, q4, q5, q6, q7));
    // sigmoid = numerator / (1 + e). As rho goes to -Infinity, sigmoid and softplus go to 0 and their quotient goes to 1.
    const numerator = v128.bitselect(e, one, i32x4.shr_s(x, 31));
    const quotient = f32x4.div(numerator, f32x4.mul(f32x4.add(e, one), sigma));
    const ratio = v128.andnot(quotient, f32x4.eq(sigma, zero));
    const noise = f32x4.sub(v128.load(w), v128.load(mu));
    v128.store(to, f32x4.mul(f32x4.sub(f32x4.mul(v128.load(g), noise), kl), ratio));
  }
}

/** The gradients of one block: of rho in buffer 1, of mu at the returned address. A `noiseGrad` of 0 means `grad`. */
function gradients(
  mu: usize, rho: usize, w: usize, grad: usize, noiseGrad: usize, n: i32, klWeight: f32,
  prior: i32, precision1: f32, precision2: f32, logOdds: f32, curvature: f32,
): usize {
  const g = withPrior(buffer(0), grad, w, n, klWeight, prior, precision1, precision2, logOdds, curvature);
  const noise = noiseGrad
    ? withPrior(buffer(2), noiseGrad, w, n, klWeight, prior, precision1, precision2, logOdds, curvature)
    : g;
  expMinusAbs(buffer(1), rho, n);
  rhoGradient(buffer(1), mu, rho, w, noise, n, klWeight);
  return g;
}

/** gMu (+)= scale * gradient of mu, and the same for rho. See Ops.gaussianGradients in src/ops.ts. */
export function gaussianGradients(
  gMu: usize, gRho: usize, mu: usize, rho: usize, w: usize, grad: usize, noiseGrad: usize, n: i32, klWeight: f32,
  prior: i32, precision1: f32, precision2: f32, logOdds: f32, curvature: f32,
  scale: f32, accumulate: bool,
): void {
  for (let first = 0; first < n; first += BLOCK) {
    const count = min(BLOCK, n - first), at = <usize>first << 2;
    const g = gradients(
      mu + at, rho + at, w + at, grad + at, noiseGrad ? noiseGrad + at : 0, count, klWeight, prior, precision1, precision2,
      logOdds, curvature,
    );
    scaled(gMu + at, g, count, scale, accumulate);
    scaled(gRho + at, buffer(1), count, scale, accumulate);
  }
}

/** out (+)= scale x */
export function scaled(out: usize, x: usize, n: i32, scale: f32, accumulate: bool): void {
  const s = pinned(0, scale), zero = pinned(1, 0);
  for (const end = x + (<usize>(n & ~3) << 2); x != end; x += 16, out += 16) {
    const y = f32x4.mul(s, v128.load(x));
    v128.store(out, accumulate ? f32x4.add(v128.load(out), y) : y);
  }
  const rest = n & 3;
  if (rest) {
    v128.store(slot(0), v128.load(out));
    scaled(slot(0), x, 4, scale, accumulate);
    store3(out, slot(0), rest);
  }
}

/** Computes the gradients of one sample and updates mu and rho. See Ops.updateGaussian in src/ops.ts. */
export function updateGaussian(
  mu: usize, rho: usize, muM: usize, muV: usize, rhoM: usize, rhoV: usize, w: usize, grad: usize, noiseGrad: usize, n: i32,
  klWeight: f32, prior: i32, precision1: f32, precision2: f32, logOdds: f32, curvature: f32,
  rule: i32, rate: f32, decay1: f32, gain1: f32, decay2: f32, gain2: f32, correction: f32, epsilon: f32,
): void {
  for (let first = 0; first < n; first += BLOCK) {
    const count = min(BLOCK, n - first), at = <usize>first << 2;
    const g = gradients(
      mu + at, rho + at, w + at, grad + at, noiseGrad ? noiseGrad + at : 0, count, klWeight, prior, precision1, precision2,
      logOdds, curvature,
    );
    descend(
      mu + at, muM + at, muV + at, g, count, rule, rate, decay1, gain1, decay2, gain2, correction, epsilon,
    );
    descend(
      rho + at, rhoM + at, rhoV + at, buffer(1), count, rule, rate, decay1, gain1, decay2, gain2, correction, epsilon,
    );
  }
}

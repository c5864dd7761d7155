import { expMinusAbs } from '../math/exp';
import { A1, A2, A3, A4, artanhTerms, softplusGiven } from '../math/softplus';
import { normals } from '../random/normal';
import { BLOCK, buffer, pinned, slot, store3, wholeBytes } from '../workspace';
import { descend } from './optimizer';
import { withPrior } from './prior';

// epsilon lives in buffer 0, buffers 1 and 2 hold gradients of a block.

/** w = mu + softplus(rho) epsilon. */
export function sampleGaussian(w: usize, mu: usize, rho: usize, n: i32, key0: u32, key1: u32): void {
  for (let first = 0; first < n; first += BLOCK) {
    const count = min(BLOCK, n - first), at = <usize>first << 2;
    normals(buffer(0), count, first, key0, key1);
    expMinusAbs(buffer(1), rho + at, count);
    softplusGiven(buffer(1), rho + at, buffer(1), count);
    multiplyAdd(w + at, mu + at, buffer(1), buffer(0), count);
  }
}

/** out = a + b c */
function multiplyAdd(out: usize, a: usize, b: usize, c: usize, n: i32): void {
  for (const end = a + (<usize>(n & ~3) << 2); a != end; a += 16, b += 16, c += 16, out += 16) {
    v128.store(out, f32x4.add(v128.load(a), f32x4.mul(v128.load(b), v128.load(c))));
  }
  const rest = n & 3;
  if (rest) {
    multiplyAdd(slot(0), a, b, c, 4);
    store3(out, slot(0), rest);
  }
}

/**
 * gRho = g epsilon sigmoid(rho) - klWeight sigmoid(rho) / softplus(rho). `to` holds e^-|rho| and then the gradient; all but rho are
 * buffers. Where sigma is 0, so is the gradient.
 */
function rhoGradient(to: usize, rho: usize, g: usize, epsilon: usize, n: i32, klWeight: f32): void {
  const zero = pinned(0, 0), one = pinned(1, 1), two = pinned(2, 2), kl = pinned(3, klWeight);
  const a1 = pinned(4, A1), a2 = pinned(5, A2), a3 = pinned(6, A3), a4 = pinned(7, A4);
  for (const end = to + wholeBytes(n); to != end; to += 16, rho += 16, g += 16, epsilon += 16) {
    const e = v128.load(to), x = v128.load(rho);
    const inverse = f32x4.div(one, f32x4.add(e, two));
    const log1p = artanhTerms(e, inverse, two, a1, a2, a3, a4); // over e
    // sigmoid / softplus = 1 / ((1 + e) d): for negative rho, e is a factor of both.
    const negative = i32x4.shr_s(x, 31);
    const d = v128.bitselect(log1p, f32x4.add(x, f32x4.mul(e, log1p)), negative);
    const ratio = f32x4.div(one, f32x4.mul(f32x4.add(e, one), d));
    const sigmoid = f32x4.mul(f32x4.mul(ratio, d), v128.bitselect(e, one, negative));
    const certain = v128.and(negative, f32x4.eq(e, zero));
    const entropy = f32x4.mul(kl, v128.andnot(ratio, certain));
    v128.store(to, f32x4.sub(f32x4.mul(f32x4.mul(v128.load(g), v128.load(epsilon)), sigmoid), entropy));
  }
}

/** The gradients of one block: that of mu where the result points to, that of rho in buffer 2. */
function gradients(
  rho: usize, w: usize, grad: usize, n: i32, first: i32, key0: u32, key1: u32, klWeight: f32,
  prior: i32, precision1: f32, precision2: f32, logOdds: f32, curvature: f32,
): usize {
  normals(buffer(0), n, first, key0, key1);
  const g = withPrior(buffer(1), grad, w, n, klWeight, prior, precision1, precision2, logOdds, curvature);
  expMinusAbs(buffer(2), rho, n);
  rhoGradient(buffer(2), rho, g, buffer(0), n, klWeight);
  return g;
}

/** gMu (+)= scale * gradient of mu, gRho likewise; see Ops.gaussianGradients in src/ops.ts. */
export function gaussianGradients(
  gMu: usize, gRho: usize, rho: usize, w: usize, grad: usize, n: i32, key0: u32, key1: u32, klWeight: f32,
  prior: i32, precision1: f32, precision2: f32, logOdds: f32, curvature: f32,
  scale: f32, accumulate: bool,
): void {
  for (let first = 0; first < n; first += BLOCK) {
    const count = min(BLOCK, n - first), at = <usize>first << 2;
    const g = gradients(
      rho + at, w + at, grad + at, count, first, key0, key1, klWeight, prior, precision1, precision2, logOdds, curvature,
    );
    scaled(gMu + at, g, count, scale, accumulate);
    scaled(gRho + at, buffer(2), count, scale, accumulate);
  }
}

/** out (+)= scale x */
function scaled(out: usize, x: usize, n: i32, scale: f32, accumulate: bool): void {
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

/** The gradients of one sample and the optimiser on mu and rho; see Ops.updateGaussian in src/ops.ts. */
export function updateGaussian(
  mu: usize, rho: usize, muM: usize, muV: usize, rhoM: usize, rhoV: usize, w: usize, grad: usize, n: i32,
  key0: u32, key1: u32, klWeight: f32,
  prior: i32, precision1: f32, precision2: f32, logOdds: f32, curvature: f32,
  rule: i32, rate: f32, decay1: f32, gain1: f32, decay2: f32, gain2: f32, correction: f32, epsilon: f32,
): void {
  for (let first = 0; first < n; first += BLOCK) {
    const count = min(BLOCK, n - first), at = <usize>first << 2;
    const g = gradients(
      rho + at, w + at, grad + at, count, first, key0, key1, klWeight, prior, precision1, precision2, logOdds, curvature,
    );
    descend(
      mu + at, muM + at, muV + at, g, count, rule, rate, decay1, gain1, decay2, gain2, correction, epsilon,
    );
    descend(
      rho + at, rhoM + at, rhoV + at, buffer(2), count, rule, rate, decay1, gain1, decay2, gain2, correction, epsilon,
    );
  }
}

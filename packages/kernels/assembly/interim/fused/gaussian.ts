import { expNegative } from '../math/exp';
import { log1pUnit, softplusLanes } from '../math/softplus';
import { splat } from '../math/splat';
import { normals16 } from '../random/normal';
import { priorForce } from './prior';
import { stepLanes } from './rule';

// Arrays are processed in whole blocks of 16; src/wasm-ops hands the last, shorter block over in padded copies.

/** out = normals `first` to `first` + 16 * blocks - 1 (first a multiple of 16). */
export function standardNormal(out: usize, blocks: i32, first: i32, key0: u32, key1: u32): void {
  for (let b = 0; b < blocks; b++, out += 64) normals16(out, (first >> 4) + b, key0, key1);
}

/** w = mu + softplus(rho) epsilon. `eps` has 64 bytes. */
export function sampleGaussian(
  w: usize, mu: usize, rho: usize, blocks: i32, first: i32, key0: u32, key1: u32, eps: usize,
): void {
  for (let b = 0; b < blocks; b++) {
    normals16(eps, (first >> 4) + b, key0, key1);
    for (let o: usize = 0; o < 64; o += 16) {
      const sigma = softplusLanes(v128.load(rho + o));
      v128.store(w + o, f32x4.add(v128.load(mu + o), f32x4.mul(sigma, v128.load(eps + o))));
    }
    w += 64;
    mu += 64;
    rho += 64;
  }
}

/** d cost / d mu and d cost / d rho of four weights, in {@link gMu} and {@link gRho}. */
let gMu: v128 = f32x4.splat(0);
let gRho: v128 = f32x4.splat(0);

// @ts-ignore: decorator
@inline
function gradients(
  rho: v128, w: v128, grad: v128, eps: v128, prior: i32, precision1: f32, precision2: f32, logRatio: f32, klWeight: f32,
): void {
  const e = expNegative(f32x4.neg(f32x4.abs(rho)));
  // e / (2 + e) for the softplus and 1 / (1 + e) for the sigmoid, by one division.
  const d1 = f32x4.add(splat(1), e), d2 = f32x4.add(splat(2), e);
  const inverse = f32x4.div(splat(1), f32x4.mul(d1, d2));
  const sigma = f32x4.add(f32x4.pmax(splat(0), rho), log1pUnit(e, f32x4.mul(f32x4.mul(e, d1), inverse)));
  const sigmoid = f32x4.mul(f32x4.mul(v128.bitselect(e, splat(1), f32x4.lt(rho, splat(0))), d2), inverse);
  gMu = f32x4.add(grad, f32x4.mul(splat(klWeight), priorForce(prior, w, precision1, precision2, logRatio)));
  const entropy = f32x4.div(f32x4.mul(splat(klWeight), sigmoid), sigma);
  // sigma = 0 (a pruned weight): sigmoid / sigma is 0 / 0, its limit has no use, 0 keeps NaN out.
  gRho = f32x4.sub(f32x4.mul(f32x4.mul(gMu, eps), sigmoid), v128.and(entropy, f32x4.gt(sigma, splat(0))));
}

/** gMu (+)= scale * gradient, gRho likewise. */
export function gaussianGradients(
  outMu: usize, outRho: usize, rho: usize, w: usize, grad: usize, blocks: i32, first: i32, key0: u32, key1: u32, eps: usize,
  prior: i32, precision1: f32, precision2: f32, logRatio: f32, klWeight: f32, scale: f32, accumulate: bool,
): void {
  for (let b = 0; b < blocks; b++) {
    normals16(eps, (first >> 4) + b, key0, key1);
    for (let o: usize = 0; o < 64; o += 16) {
      gradients(
        v128.load(rho + o), v128.load(w + o), v128.load(grad + o), v128.load(eps + o),
        prior, precision1, precision2, logRatio, klWeight,
      );
      let a = f32x4.mul(gMu, splat(scale)), c = f32x4.mul(gRho, splat(scale));
      if (accumulate) {
        a = f32x4.add(a, v128.load(outMu + o));
        c = f32x4.add(c, v128.load(outRho + o));
      }
      v128.store(outMu + o, a);
      v128.store(outRho + o, c);
    }
    outMu += 64;
    outRho += 64;
    rho += 64;
    w += 64;
    grad += 64;
  }
}

/** The gradients and the optimiser on mu and rho in one pass. */
export function updateGaussian(
  mu: usize, rho: usize, w: usize, grad: usize, muM: usize, muV: usize, rhoM: usize, rhoV: usize,
  blocks: i32, first: i32, key0: u32, key1: u32, eps: usize,
  prior: i32, precision1: f32, precision2: f32, logRatio: f32, klWeight: f32,
  rule: i32, rate: f32, a: f32, b: f32, c: f32, d: f32,
): void {
  for (let block = 0; block < blocks; block++) {
    const o = <usize>block << 6;
    normals16(eps, (first >> 4) + block, key0, key1);
    for (let i: usize = o; i < o + 64; i += 16) {
      gradients(
        v128.load(rho + i), v128.load(w + i), v128.load(grad + i), v128.load(eps + (i - o)),
        prior, precision1, precision2, logRatio, klWeight,
      );
      const forRho = gRho;
      stepLanes(rule, mu + i, muM + i, muV + i, gMu, rate, a, b, c, d);
      stepLanes(rule, rho + i, rhoM + i, rhoV + i, forRho, rate, a, b, c, d);
    }
  }
}

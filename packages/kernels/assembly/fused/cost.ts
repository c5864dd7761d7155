import { log } from '../math/log';
import { softplus } from '../math/softplus';
import { normals } from '../random/normal';
import { BLOCK, buffer, pinned, wholeBytes } from '../workspace';
import { logDensity } from './prior';

const HALF_LOG_2PI: f32 = 0.9189385332046727;

/** Sum of log q(w) - log p(w) over the weights with sigma > 0, for the draw w of this key. See Ops.complexityCost in src/ops.ts. */
export function complexityCost(
  rho: usize, w: usize, n: i32, key0: u32, key1: u32,
  prior: i32, precision1: f32, logOdds: f32, curvature: f32, constant: f32,
): f64 {
  let cost: f64 = 0;
  for (let first = 0; first < n; first += BLOCK) {
    const count = min(BLOCK, n - first), at = <usize>first << 2;
    // This call comes first, because softplus overwrites buffer 0.
    logDensity(buffer(1), w + at, count, prior, precision1, logOdds, curvature, constant);
    softplus(buffer(2), rho + at, count);
    log(buffer(3), buffer(2), count);
    normals(buffer(0), count, first, key0, key1);
    logRatios(buffer(1), buffer(0), buffer(2), buffer(3), count);
    cost += sum(buffer(1), count);
  }
  return cost;
}

/** Sum of log p(w). */
export function logPrior(
  w: usize, n: i32, prior: i32, precision1: f32, logOdds: f32, curvature: f32, constant: f32,
): f64 {
  let total: f64 = 0;
  for (let first = 0; first < n; first += BLOCK) {
    const count = min(BLOCK, n - first);
    logDensity(buffer(1), w + (<usize>first << 2), count, prior, precision1, logOdds, curvature, constant);
    total += sum(buffer(1), count);
  }
  return total;
}

/** logP = log q - logP, or 0 where sigma is 0, with log q = -epsilon^2 / 2 - log sigma - log(2 pi) / 2. */
function logRatios(logP: usize, epsilon: usize, sigma: usize, logSigma: usize, n: i32): void {
  const half = pinned(0, 0.5), constant = pinned(1, HALF_LOG_2PI), zero = pinned(2, 0);
  for (const end = logP + wholeBytes(n); logP != end; logP += 16, epsilon += 16, sigma += 16, logSigma += 16) {
    const e = v128.load(epsilon);
    const negative = f32x4.add(f32x4.add(f32x4.mul(f32x4.mul(e, e), half), v128.load(logSigma)), constant);
    const ratio = f32x4.neg(f32x4.add(negative, v128.load(logP)));
    v128.store(logP, v128.andnot(ratio, f32x4.eq(v128.load(sigma), zero)));
  }
}

/** The sum in double precision, always in the same order. */
export function sum(x: usize, n: i32): f64 {
  let even = f64x2.splat(0), odd = even, total: f64 = 0;
  for (const end = x + (<usize>(n & ~3) << 2); x != end; x += 16) {
    const y = v128.load(x);
    even = f64x2.add(even, f64x2.promote_low_f32x4(y));
    odd = f64x2.add(odd, f64x2.promote_low_f32x4(v128.shuffle<i32>(y, y, 2, 3, 2, 3)));
  }
  for (const end = x + (<usize>(n & 3) << 2); x != end; x += 4) total += load<f32>(x);
  const both = f64x2.add(even, odd);
  return total + f64x2.extract_lane(both, 0) + f64x2.extract_lane(both, 1);
}

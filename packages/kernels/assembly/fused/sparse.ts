import { exp, expMinusAbs } from '../math/exp';
import { log } from '../math/log';
import { softplusGiven } from '../math/softplus';
import { buffer, pinned, wholeBytes } from '../workspace';

/*
 * KL[N(mu, sigma^2) || log-uniform] by the approximation of Molchanov et al. 2017, equation 14:
 * KL = k1 (1 - sigmoid(k2 + k3 log alpha)) + log(1 + 1 / alpha) / 2, alpha = sigma^2 / mu^2.
 * With t = 1 / alpha = mu^2 / sigma^2 and u = e^-k2 t^k3 that is k1 u / (1 + u) + log(1 + t) / 2. log alpha is clipped to [-8, 8]:
 * beyond, the KL is constant.
 */
const K1: f32 = 0.63576;
const K3: f32 = 1.48695;
/** e^-k2, k2 = 1.8732. */
const E_K2: f32 = 0.15363125436942376;
/** e^-8. */
const LOWEST: f32 = 3.3546262790251185e-4;
/** e^8. */
const HIGHEST: f32 = 2980.9579870417283;

/** buffer 1 = e^-|rho|, buffer 2 = sigma, buffer 3 = t clipped, buffer 0 = t^k3. n: whole vectors of at most a block. */
function powers(mu: usize, rho: usize, n: i32): void {
  expMinusAbs(buffer(1), rho, n);
  softplusGiven(buffer(2), rho, buffer(1), n);
  squaredRatios(buffer(3), mu, buffer(2), n);
  log(buffer(0), buffer(3), n);
  times(buffer(0), n, K3);
  exp(buffer(0), buffer(0), n);
}

function squaredRatios(to: usize, mu: usize, sigma: usize, n: i32): void {
  const lowest = pinned(0, LOWEST), highest = pinned(1, HIGHEST);
  for (const end = to + wholeBytes(n); to != end; to += 16, mu += 16, sigma += 16) {
    const ratio = f32x4.div(v128.load(mu), v128.load(sigma));
    v128.store(to, f32x4.pmax(f32x4.pmin(f32x4.mul(ratio, ratio), highest), lowest));
  }
}

function times(x: usize, n: i32, factor: f32): void {
  const f = pinned(0, factor);
  for (const end = x + wholeBytes(n); x != end; x += 16) v128.store(x, f32x4.mul(v128.load(x), f));
}

/**
 * c = -2 dKL / dlog alpha = 2 k1 k3 u / (1 + u)^2 + t / (1 + t), in buffer 3; then dKL/dmu = c / mu and dKL/dsigma = -c / sigma. 0 where
 * log alpha is clipped, and where mu or sigma is 0. Leaves e^-|rho| in buffer 1.
 */
export function pressure(mu: usize, rho: usize, n: i32): void {
  powers(mu, rho, n);
  pressures(buffer(3), buffer(0), n);
}

function pressures(ratios: usize, powers: usize, n: i32): void {
  const one = pinned(0, 1), ek2 = pinned(1, E_K2), k = pinned(2, 2 * K1 * K3), lowest = pinned(3, LOWEST), highest = pinned(4, HIGHEST);
  for (const end = ratios + wholeBytes(n); ratios != end; ratios += 16, powers += 16) {
    const t = v128.load(ratios), u = f32x4.mul(ek2, v128.load(powers));
    const a = f32x4.add(one, u), b = f32x4.add(one, t);
    // One division: k u / a^2 + t / b = (k u b + t a^2) / (a^2 b).
    const square = f32x4.mul(a, a);
    const c = f32x4.div(f32x4.add(f32x4.mul(f32x4.mul(k, u), b), f32x4.mul(t, square)), f32x4.mul(square, b));
    // Of a NaN neither holds: 0 / 0 has no slope.
    const inside = v128.and(f32x4.gt(t, lowest), f32x4.lt(t, highest));
    v128.store(ratios, v128.and(c, inside));
  }
}

/** The KL of each weight, 0 where sigma is 0, in buffer 3. */
export function logUniformKl(mu: usize, rho: usize, n: i32): void {
  powers(mu, rho, n);
  divergences(buffer(1), buffer(3), buffer(0), n);
  log(buffer(0), buffer(3), n);
  halves(buffer(3), buffer(0), buffer(1), buffer(2), n);
}

/** to = k1 u / (1 + u), and t becomes 1 + t. */
function divergences(to: usize, ratios: usize, powers: usize, n: i32): void {
  const one = pinned(0, 1), ek2 = pinned(1, E_K2), k1 = pinned(2, K1);
  for (const end = to + wholeBytes(n); to != end; to += 16, ratios += 16, powers += 16) {
    const u = f32x4.mul(ek2, v128.load(powers));
    v128.store(to, f32x4.div(f32x4.mul(k1, u), f32x4.add(one, u)));
    v128.store(ratios, f32x4.add(one, v128.load(ratios)));
  }
}

/** to = logs / 2 + rest, 0 where sigma is 0. */
function halves(to: usize, logs: usize, rest: usize, sigma: usize, n: i32): void {
  const half = pinned(0, 0.5), zero = pinned(1, 0);
  for (const end = to + wholeBytes(n); to != end; to += 16, logs += 16, rest += 16, sigma += 16) {
    const kl = f32x4.add(f32x4.mul(half, v128.load(logs)), v128.load(rest));
    v128.store(to, v128.andnot(kl, f32x4.eq(v128.load(sigma), zero)));
  }
}

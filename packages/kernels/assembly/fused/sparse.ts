import { BIAS, LOG2E, MAGIC } from '../math/exp';
import { log } from '../math/log';
import { madd } from '../simd';
import { buffer, pin, pinned, wholeBytes } from '../workspace';

/*
 * KL[N(mu, sigma^2) || log-uniform] by the approximation of Molchanov et al. 2017, equation 14:
 * KL = k1 (1 - sigmoid(k2 + k3 log alpha)) + log(1 + 1 / alpha) / 2, alpha = sigma^2 / mu^2.
 * With t = 1 / alpha = mu^2 / sigma^2 and u = e^-k2 t^k3 that is k1 u / (1 + u) + log(1 + t) / 2. log alpha is clipped to [-8, 8]; outside
 * this interval the KL is constant.
 */
const K1: f32 = 0.63576;
const K3: f32 = 1.48695;
/** log2(e^-k2), k2 = 1.8732. */
const OFFSET: f32 = -1.8732 * 1.4426950408889634;
/** e^-8. */
const LOWEST: f32 = 3.3546262790251185e-4;
/** e^8. */
const HIGHEST: f32 = 2980.9579870417283;

/**
 * ratios = clipped t, and exponents = log2 u, in one pass. log2 t is computed as in math/log.ts, without its special cases, because t is
 * clipped: t = 2^k m, f = m - 1, s = f / (2 + f), log m = 2 artanh s.
 */
function powers(ratios: usize, exponents: usize, mu: usize, variance: usize, n: i32): void {
  const root = pin(0, i32x4.splat(0x3f3504f3)), mantissa = pin(1, i32x4.splat(0x7fffff)), one = pinned(2, 1), two = pinned(3, 2);
  const r0 = pinned(4, K3 * LOG2E * 0.6666668653488159), r1 = pinned(5, K3 * LOG2E * 0.39988526701927185);
  const r2 = pinned(6, K3 * LOG2E * 0.2958745062351227), first = pinned(7, 2 * K3 * LOG2E), k3 = pinned(8, K3);
  const lowest = pinned(9, LOWEST), highest = pinned(10, HIGHEST), offset = pinned(11, OFFSET);
  for (const end = mu + wholeBytes(n); mu != end; mu += 16, variance += 16, ratios += 16, exponents += 16) {
    const m = v128.load(mu);
    const t = f32x4.pmax(f32x4.pmin(f32x4.div(f32x4.mul(m, m), v128.load(variance)), highest), lowest);
    v128.store(ratios, t);
    const bits = i32x4.sub(t, root);
    const f = f32x4.sub(i32x4.add(v128.and(bits, mantissa), root), one);
    const s = f32x4.div(f, f32x4.add(f, two));
    const z = f32x4.mul(s, s);
    const q = madd(f32x4.mul(z, z), madd(z, r2, r1), madd(z, r0, first));
    v128.store(exponents, madd(k3, f32x4.convert_i32x4_s(i32x4.shr_s(bits, 23)), madd(s, q, offset)));
  }
}

/** 2^t for |t| < 60, computed as in math/exp.ts with the polynomial of prior.ts. */
// @ts-ignore: decorator
@inline
function power2(t: v128, magic: v128, one: v128, c1: v128, c2: v128, c3: v128, c4: v128, c5: v128): v128 {
  const biased = f32x4.add(t, magic);
  const f = f32x4.sub(t, f32x4.sub(biased, magic)), ff = f32x4.mul(f, f);
  const p = madd(madd(ff, madd(ff, c5, madd(f, c4, c3)), madd(f, c2, c1)), f, one);
  return f32x4.mul(p, i32x4.shl(biased, 23));
}

const C1: f32 = 0.6931470036506653;
const C2: f32 = 0.24022246897220612;
const C3: f32 = 0.0555071160197258;
const C4: f32 = 0.009671300649642944;
const C5: f32 = 0.001326927449554205;

/**
 * Writes c = -2 dKL / dlog alpha = 2 k1 k3 u / (1 + u)^2 + t / (1 + t) to buffer 3. Then dKL/dmu = c / mu and dKL/dsigma = -c / sigma. c is
 * 0 where log alpha is clipped, and where mu or the variance is 0. Overwrites buffer 0.
 */
export function pressure(mu: usize, variance: usize, n: i32): void {
  powers(buffer(3), buffer(0), mu, variance, n);
  pressures(buffer(3), buffer(0), n);
}

function pressures(ratios: usize, exponents: usize, n: i32): void {
  const one = pinned(0, 1), magic = pinned(1, MAGIC + BIAS), k = pinned(2, 2 * K1 * K3);
  const c1 = pinned(3, C1), c2 = pinned(4, C2), c3 = pinned(5, C3), c4 = pinned(6, C4), c5 = pinned(7, C5);
  const lowest = pinned(8, LOWEST), highest = pinned(9, HIGHEST);
  for (const end = ratios + wholeBytes(n); ratios != end; ratios += 16, exponents += 16) {
    const t = v128.load(ratios), u = power2(v128.load(exponents), magic, one, c1, c2, c3, c4, c5);
    const a = f32x4.add(one, u), b = f32x4.add(one, t);
    // One division: k u / a^2 + t / b = (k u b + t a^2) / (a^2 b).
    const square = f32x4.mul(a, a);
    const c = f32x4.div(madd(f32x4.mul(k, u), b, f32x4.mul(t, square)), f32x4.mul(square, b));
    // Both comparisons are false for a NaN, so c is 0 where t = 0 / 0.
    v128.store(ratios, v128.and(c, v128.and(f32x4.gt(t, lowest), f32x4.lt(t, highest))));
  }
}

/** Writes the KL of each weight to buffer 3: 0 where the variance is 0. Overwrites buffers 0 and 1. */
export function logUniformKl(mu: usize, variance: usize, n: i32): void {
  powers(buffer(3), buffer(0), mu, variance, n);
  divergences(buffer(1), buffer(3), buffer(0), n);
  log(buffer(0), buffer(3), n);
  halves(buffer(3), buffer(0), buffer(1), variance, n);
}

/** to = k1 u / (1 + u), and ratios = 1 + t. */
function divergences(to: usize, ratios: usize, exponents: usize, n: i32): void {
  const one = pinned(0, 1), magic = pinned(1, MAGIC + BIAS), k1 = pinned(2, K1);
  const c1 = pinned(3, C1), c2 = pinned(4, C2), c3 = pinned(5, C3), c4 = pinned(6, C4), c5 = pinned(7, C5);
  for (const end = to + wholeBytes(n); to != end; to += 16, ratios += 16, exponents += 16) {
    const u = power2(v128.load(exponents), magic, one, c1, c2, c3, c4, c5);
    v128.store(to, f32x4.div(f32x4.mul(k1, u), f32x4.add(one, u)));
    v128.store(ratios, f32x4.add(one, v128.load(ratios)));
  }
}

/** to = logs / 2 + rest, or 0 where the variance is 0. */
function halves(to: usize, logs: usize, rest: usize, variance: usize, n: i32): void {
  const half = pinned(0, 0.5), zero = pinned(1, 0);
  for (const end = to + wholeBytes(n); to != end; to += 16, logs += 16, rest += 16, variance += 16) {
    const kl = f32x4.add(f32x4.mul(half, v128.load(logs)), v128.load(rest));
    v128.store(to, v128.andnot(kl, f32x4.eq(v128.load(variance), zero)));
  }
}

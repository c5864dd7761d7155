import { exp, log } from '@bbb/core';

// The log-uniform prior of the kernels uses the same fit, but it is flat below log alpha = -8. Scales start there, and would never move.

/** Constants of the fit, Molchanov et al. 2017, equation 14. */
const K1 = 0.63576;
const K2 = 1.8732;
const K3 = 1.48695;
/** Keeps log alpha finite for a mean of 0. */
const EPSILON = 1e-8;

/** log alpha = log(sigma^2 / mu^2) of a scale z ~ N(mu, sigma^2). */
export function logAlpha(mu: number, sigma: number): number {
  return 2 * log(sigma) - log(mu * mu + EPSILON);
}

/**
 * KL[N(mu, sigma^2) || p] for the normal-Jeffreys prior p(z) of 1 / abs(z), nats, up to the constant that makes it 0 for pure noise:
 * k1 (1 - s(k2 + k3 log alpha)) + log(1 + 1 / alpha) / 2, where s is the logistic function (Louizos et al. 2017, equation 10). The integral has no
 * closed form; this fit is within 0.01 of it.
 */
export function jeffreysKl(a: number): number {
  return K1 * logistic(-K2 - K3 * a) + 0.5 * softplus(-a);
}

/** d KL / d log alpha. */
function jeffreysKlSlope(a: number): number {
  const s = logistic(K2 + K3 * a);
  return -K1 * K3 * s * (1 - s) - 0.5 * logistic(-a);
}

/** d KL / d mu and d KL / d sigma. */
export function jeffreysKlGradient(
  mu: number,
  sigma: number,
): { readonly mu: number; readonly sigma: number } {
  const slope = jeffreysKlSlope(logAlpha(mu, sigma));
  return { mu: (-2 * mu * slope) / (mu * mu + EPSILON), sigma: (2 * slope) / sigma };
}

export function logistic(x: number): number {
  return 1 / (1 + exp(-x));
}

/** log(1 + e^x). */
export function softplus(x: number): number {
  return Math.max(x, 0) + log(1 + exp(-Math.abs(x)));
}

import type { Numbers } from '../../pieces/mapped.js';

/** The posterior of one weight tensor: w = 0 with probability 1 - alpha, else w ~ N(mu, sigma^2). Each array has an element for each weight. */
export interface SpikeSlab {
  readonly mu: Numbers;
  /** Standard deviation of the slab; 0 for a pruned weight. */
  readonly sigma: Numbers;
  /** Probability that the weight is included. */
  readonly alpha: Numbers;
  /** 1 - alpha, without the loss of digits of a subtraction. */
  readonly excluded: Numbers;
}

/** P(w) = (1 - pi) delta_0(w) + pi N(w | 0, sigma^2). */
export interface SpikeSlabPrior {
  /** Standard deviation of the slab. */
  readonly sigma: number;
  readonly logSigma: number;
  /** log pi and log(1 - pi); both are 0 for a tensor whose weights are always included. */
  readonly logPi: number;
  readonly logNotPi: number;
}

/** E[w] = alpha mu and Var[w] = alpha (sigma^2 + (1 - alpha) mu^2), into `mean` and `variance`. */
export function spikeSlabMoments(
  { mu, sigma, alpha, excluded }: SpikeSlab,
  mean: Numbers,
  variance: Numbers,
): void {
  for (let i = 0; i < mu.length; i++) {
    const m = mu[i]!;
    const s = sigma[i]!;
    const a = alpha[i]!;
    mean[i] = a * m;
    variance[i] = a * (s * s + excluded[i]! * m * m);
  }
}

/**
 * KL[q || P], nats, summed over the weights that are not pruned:
 * alpha (log(s / sigma) + (sigma^2 + mu^2) / (2 s^2) - 1/2 + log(alpha / pi)) + (1 - alpha) log((1 - alpha) / (1 - pi)), with s the
 * prior's standard deviation (Skaaret-Lund, Storvik & Hubin 2024, arXiv 2305.03395).
 *
 * @param logs log sigma, log alpha, log(1 - alpha)
 */
export function spikeSlabKl(
  { mu, sigma, alpha, excluded }: SpikeSlab,
  logs: { readonly sigma: Numbers; readonly alpha: Numbers; readonly excluded: Numbers },
  prior: SpikeSlabPrior,
): number {
  const precision = 1 / (prior.sigma * prior.sigma);
  let sum = 0;
  for (let i = 0; i < mu.length; i++) {
    const m = mu[i]!;
    const s = sigma[i]!;
    if (s === 0) continue;
    const slab = prior.logSigma - logs.sigma[i]! + 0.5 * ((s * s + m * m) * precision - 1);
    sum +=
      alpha[i]! * (slab + logs.alpha[i]! - prior.logPi) + excluded[i]! * (logs.excluded[i]! - prior.logNotPi);
  }
  return sum;
}

/** What the gradients need in addition to the posterior. */
export interface SpikeSlabSlopes {
  /** d nll / d E[w] and d nll / d Var[w], times the scale of the gradient that the optimiser gets. */
  readonly mean: Numbers;
  readonly variance: Numbers;
  readonly logSigma: Numbers;
  /** d sigma / d rho. */
  readonly ofSigma: Numbers;
  /** log(alpha / (1 - alpha)). Absent for a tensor whose weights are always included. */
  readonly logit?: Numbers;
}

/** Receives the gradients of mu, of rho and of the logit of alpha. */
export interface SpikeSlabGradients {
  readonly mu: Numbers;
  readonly rho: Numbers;
  readonly logit?: Numbers;
}

/** Gradients of nll + klWeight {@link spikeSlabKl}; 0 for pruned weights. */
export function spikeSlabGradients(
  { mu, sigma, alpha, excluded }: SpikeSlab,
  slopes: SpikeSlabSlopes,
  klWeight: number,
  prior: SpikeSlabPrior,
  into: SpikeSlabGradients,
): void {
  const precision = 1 / (prior.sigma * prior.sigma);
  const priorLogit = prior.logPi - prior.logNotPi;
  for (let i = 0; i < mu.length; i++) {
    const s = sigma[i]!;
    if (s === 0) {
      into.mu[i] = into.rho[i] = 0;
      if (into.logit) into.logit[i] = 0;
      continue;
    }
    const m = mu[i]!;
    const a = alpha[i]!;
    const e = excluded[i]!;
    const dMean = slopes.mean[i]!;
    const dVariance = slopes.variance[i]!;
    into.mu[i] = a * (dMean + 2 * e * m * dVariance + klWeight * m * precision);
    into.rho[i] = a * (2 * s * dVariance + klWeight * (s * precision - 1 / s)) * slopes.ofSigma[i]!;
    if (!into.logit) continue;
    const slab = prior.logSigma - slopes.logSigma[i]! + 0.5 * ((s * s + m * m) * precision - 1);
    const kl = klWeight * (slab + slopes.logit![i]! - priorLogit);
    into.logit[i] = a * e * (m * dMean + (s * s + (e - a) * m * m) * dVariance + kl);
  }
}

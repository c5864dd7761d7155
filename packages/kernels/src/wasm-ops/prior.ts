import { log } from '../math/log.js';
import type { Prior } from '../prior.js';

/** kind, precision1, precision2, logOdds, curvature: what assembly/fused/prior.ts makes slopes and densities from. */
export type PriorConstants = readonly [number, number, number, number, number];

const FLAT: PriorConstants = [0, 0, 0, 0, 0];
const HALF_LOG_2PI = 0.9189385332046727;

/**
 * The constants of a prior. A mixture's components are ordered, the wider one first, so that its odds against the other one grow
 * with w^2; a mixture of one component is a Gaussian.
 */
export function priorConstants(prior: Prior): PriorConstants {
  const p = simplest(prior);
  if (p.kind === 'flat') return FLAT;
  if (p.kind === 'gaussian') return [1, 1 / (p.sigma * p.sigma), 0, 0, 0];
  const { pi, sigma1, sigma2 } = p;
  const [precision1, precision2] = [1 / (sigma1 * sigma1), 1 / (sigma2 * sigma2)];
  const odds = ((1 - pi) * sigma1) / (pi * sigma2);
  // Odds that no double holds have a logarithm all the same.
  const logOdds = odds < Infinity ? log(odds) : log(1 - pi) + log(sigma1) - log(pi) - log(sigma2);
  return [2, precision1, precision2, logOdds, (precision2 - precision1) / 2];
}

/** kind, precision1, logOdds, curvature, log of the weighted first component at 0: the constants of log p. */
export function densityConstants(prior: Prior): readonly [number, number, number, number, number] {
  const [kind, precision1, , logOdds, curvature] = priorConstants(prior);
  const p = simplest(prior);
  if (p.kind === 'flat') return [kind, precision1, logOdds, curvature, 0];
  const peak = p.kind === 'gaussian' ? 1 / p.sigma : p.pi / p.sigma1;
  return [kind, precision1, logOdds, curvature, log(peak) - HALF_LOG_2PI];
}

function simplest(prior: Prior): Prior {
  if (prior.kind !== 'mixture') return prior;
  const { pi, sigma1, sigma2 } = prior;
  if (pi >= 1 || sigma1 === sigma2) return { kind: 'gaussian', sigma: sigma1 };
  if (pi <= 0) return { kind: 'gaussian', sigma: sigma2 };
  if (sigma1 > sigma2) return prior;
  return { kind: 'mixture', pi: 1 - pi, sigma1: sigma2, sigma2: sigma1 };
}

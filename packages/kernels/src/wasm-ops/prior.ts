import { log } from '../math/log.js';
import type { Prior } from '../prior.js';

/** kind, precision1, precision2, logOdds, curvature: the constants from which assembly/fused/prior.ts computes slopes and densities. */
export type PriorConstants = readonly [number, number, number, number, number];

const FLAT: PriorConstants = [0, 0, 0, 0, 0];
const HALF_LOG_2PI = 0.9189385332046727;

/**
 * The constants of a prior. The wider component of a mixture comes first, so that its odds against the other one grow with w^2 (Laplace: |w|).
 * A mixture with one component becomes that component.
 */
export function priorConstants(prior: Prior): PriorConstants {
  const p = simplest(prior);
  switch (p.kind) {
    case 'flat':
    case 'log-uniform':
      return FLAT;
    case 'gaussian':
      return [1, 1 / (p.sigma * p.sigma), 0, 0, 0];
    case 'laplace':
      return [3, 1 / p.scale, 0, 0, 0];
    case 'mixture': {
      const { pi, sigma1, sigma2 } = p;
      const [precision1, precision2] = [1 / (sigma1 * sigma1), 1 / (sigma2 * sigma2)];
      return [2, precision1, precision2, logOddsOf(pi, sigma1, sigma2), (precision2 - precision1) / 2];
    }
    case 'laplace-mixture': {
      const { pi, scale1, scale2 } = p;
      const [precision1, precision2] = [1 / scale1, 1 / scale2];
      return [4, precision1, precision2, logOddsOf(pi, scale1, scale2), precision2 - precision1];
    }
  }
}

/** Log of the odds of the second component at 0, by the widths of both. */
function logOddsOf(pi: number, width1: number, width2: number): number {
  const odds = ((1 - pi) * width1) / (pi * width2);
  // The logarithm is computed directly, because the odds themselves may be too large for a double.
  return odds < Infinity ? log(odds) : log(1 - pi) + log(width1) - log(pi) - log(width2);
}

/** kind, precision1, logOdds, curvature, log of the weighted first component at 0: the constants of log p. */
export function densityConstants(prior: Prior): readonly [number, number, number, number, number] {
  const [kind, precision1, , logOdds, curvature] = priorConstants(prior);
  return [kind, precision1, logOdds, curvature, logPeak(simplest(prior))];
}

function logPeak(p: Prior): number {
  switch (p.kind) {
    case 'flat':
    case 'log-uniform':
      return 0;
    case 'gaussian':
      return log(1 / p.sigma) - HALF_LOG_2PI;
    case 'mixture':
      return log(p.pi / p.sigma1) - HALF_LOG_2PI;
    case 'laplace':
      return log(1 / (2 * p.scale));
    case 'laplace-mixture':
      return log(p.pi / (2 * p.scale1));
  }
}

function simplest(prior: Prior): Prior {
  if (prior.kind === 'mixture') {
    const { pi, sigma1, sigma2 } = prior;
    if (pi >= 1 || sigma1 === sigma2) return { kind: 'gaussian', sigma: sigma1 };
    if (pi <= 0) return { kind: 'gaussian', sigma: sigma2 };
    if (sigma1 > sigma2) return prior;
    return { kind: 'mixture', pi: 1 - pi, sigma1: sigma2, sigma2: sigma1 };
  }
  if (prior.kind !== 'laplace-mixture') return prior;
  const { pi, scale1, scale2 } = prior;
  if (pi >= 1 || scale1 === scale2) return { kind: 'laplace', scale: scale1 };
  if (pi <= 0) return { kind: 'laplace', scale: scale2 };
  if (scale1 > scale2) return prior;
  return { kind: 'laplace-mixture', pi: 1 - pi, scale1: scale2, scale2: scale1 };
}

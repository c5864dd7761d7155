import type { Prior } from '../prior.js';

const HALF_LOG_2PI = 0.5 * Math.log(2 * Math.PI);

/** log N(x; mean, sigma^2), nats. */
export function logNormal(x: number, mean: number, sigma: number): number {
  return -HALF_LOG_2PI - Math.log(sigma) - ((x - mean) / sigma) ** 2 / 2;
}

/** log of Laplace(x; 0, scale), nats. */
function logLaplace(x: number, scale: number): number {
  return -Math.log(2 * scale) - Math.abs(x) / scale;
}

/** log p(w), nats. 0 for `flat`. */
export function logPrior(w: number, prior: Prior): number {
  switch (prior.kind) {
    case 'flat':
    case 'log-uniform':
      return 0;
    case 'gaussian':
      return logNormal(w, 0, prior.sigma);
    case 'laplace':
      return logLaplace(w, prior.scale);
    case 'mixture':
    case 'laplace-mixture': {
      const [a, b] = components(w, prior);
      const larger = Math.max(a, b);
      return larger + Math.log1p(Math.exp(Math.min(a, b) - larger));
    }
  }
}

/** d log p(w) / dw: for a mixture, the components' slopes weighted by their responsibilities. */
export function priorSlope(w: number, prior: Prior): number {
  switch (prior.kind) {
    case 'flat':
    case 'log-uniform':
      return 0;
    case 'gaussian':
      return -w / prior.sigma ** 2;
    case 'laplace':
      return -Math.sign(w) / prior.scale;
    case 'mixture':
    case 'laplace-mixture': {
      const [a, b] = components(w, prior);
      const [first, second] = [1 / (1 + Math.exp(b - a)), 1 / (1 + Math.exp(a - b))];
      if (prior.kind === 'mixture') return -w * (first / prior.sigma1 ** 2 + second / prior.sigma2 ** 2);
      return -Math.sign(w) * (first / prior.scale1 + second / prior.scale2);
    }
  }
}

function components(w: number, prior: Prior & { kind: 'mixture' | 'laplace-mixture' }): [number, number] {
  const [first, second] =
    prior.kind === 'mixture'
      ? [logNormal(w, 0, prior.sigma1), logNormal(w, 0, prior.sigma2)]
      : [logLaplace(w, prior.scale1), logLaplace(w, prior.scale2)];
  return [Math.log(prior.pi) + first, Math.log(1 - prior.pi) + second];
}

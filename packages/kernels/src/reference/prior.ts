import type { Prior } from '../prior.js';

const HALF_LOG_2PI = 0.5 * Math.log(2 * Math.PI);

/** log N(x; mean, sigma^2), nats. */
export function logNormal(x: number, mean: number, sigma: number): number {
  return -HALF_LOG_2PI - Math.log(sigma) - ((x - mean) / sigma) ** 2 / 2;
}

/** log p(w), nats. 0 for `flat`. */
export function logPrior(w: number, prior: Prior): number {
  if (prior.kind === 'flat') return 0;
  if (prior.kind === 'gaussian') return logNormal(w, 0, prior.sigma);
  const [a, b] = components(w, prior);
  const larger = Math.max(a, b);
  return larger + Math.log1p(Math.exp(Math.min(a, b) - larger));
}

/** d log p(w) / dw: for the mixture, the components' slopes weighted by their responsibilities. */
export function priorSlope(w: number, prior: Prior): number {
  if (prior.kind === 'flat') return 0;
  if (prior.kind === 'gaussian') return -w / prior.sigma ** 2;
  const [a, b] = components(w, prior);
  const [first, second] = [1 / (1 + Math.exp(b - a)), 1 / (1 + Math.exp(a - b))];
  return -w * (first / prior.sigma1 ** 2 + second / prior.sigma2 ** 2);
}

function components(w: number, { pi, sigma1, sigma2 }: Prior & { kind: 'mixture' }): [number, number] {
  return [Math.log(pi) + logNormal(w, 0, sigma1), Math.log(1 - pi) + logNormal(w, 0, sigma2)];
}

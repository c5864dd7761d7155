import { log } from '@bbb/core';

/** What the marginal likelihood needs to know about the weights that share one prior precision. */
export interface Spectrum {
  /** Eigenvalues h_i of the Hessian of the summed negative log-likelihood, none below 0. */
  readonly curvatures: Float64Array;
  /** Sum of the squared weights. */
  readonly squaredNorm: number;
}

/** Range of the precisions to search: sigma from 1e-4 to 1e4. */
const [LEAST, MOST_PRECISE] = [1e-8, 1e8];
/** Number of bisections on a logarithmic scale: they reduce 16 decades to 1e-16. */
const HALVINGS = 60;

/**
 * The prior precision lambda that maximises the marginal likelihood of the Laplace approximation at these weights. Its slope in
 * log lambda is half of gamma(lambda) - lambda |w|^2, with the effective number of parameters gamma = sum_i h_i / (h_i + lambda)
 * (MacKay 1992, "The evidence framework applied to classification networks"). gamma falls and lambda |w|^2 rises with lambda, so there is one root.
 */
export function fitPrecision(spectra: readonly Spectrum[]): number {
  const squaredNorm = spectra.reduce((sum, one) => sum + one.squaredNorm, 0);
  let [low, high] = [LEAST, MOST_PRECISE];
  for (let i = 0; i < HALVINGS; i++) {
    const middle = Math.sqrt(low * high);
    if (effectiveParameters(spectra, middle) > middle * squaredNorm) low = middle;
    else high = middle;
  }
  return Math.sqrt(low * high);
}

/** gamma: the number of directions in weight space that the data determine, rather than the prior. */
export function effectiveParameters(spectra: readonly Spectrum[], precision: number): number {
  let gamma = 0;
  for (const { curvatures } of spectra)
    for (let i = 0; i < curvatures.length; i++) gamma += curvatures[i]! / (curvatures[i]! + precision);
  return gamma;
}

/**
 * The log marginal likelihood, nats: log p(D | w) + log p(w) - 1/2 log det((H + lambda) / 2 pi)
 * = -nll - 1/2 sum (lambda |w|^2 + sum_i log(1 + h_i / lambda)).
 *
 * @param nll negative log-likelihood of all examples at w, in nats
 * @param precisions one for each spectrum
 */
export function logEvidence(
  nll: number,
  spectra: readonly Spectrum[],
  precisions: readonly number[],
): number {
  let cost = 0;
  spectra.forEach(({ curvatures, squaredNorm }, l) => {
    const precision = precisions[l]!;
    cost += precision * squaredNorm;
    for (let i = 0; i < curvatures.length; i++) cost += log(1 + curvatures[i]! / precision);
  });
  return -nll - cost / 2;
}

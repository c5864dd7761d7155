import { log } from '@bbb/core';

/** What the marginal likelihood needs to know about the weights that share one prior precision, by eigenvectors of the Hessian. */
export interface Spectrum {
  /** Eigenvalues h_i of the Hessian of the summed negative log-likelihood, none below 0. */
  readonly curvatures: Float64Array;
  /** The trained weights w_i. */
  readonly weights: Float64Array;
  /** Whether the weights were trained under a Gaussian prior: they are a maximum of the posterior then, otherwise of the likelihood. */
  readonly underPrior: boolean;
}

/** The least precision to search; the largest is 1e8. So sigma is from 1e-4 to 1e4. */
const LEAST = 1e-8;
/** Number of precisions that are tried first, evenly on a logarithmic scale: four to a decade. */
const TRIED = 65;
/** 10^(1/4). */
const STEP = Math.sqrt(Math.sqrt(10));
/** Products below it can be multiplied by another factor of 1 + h / lambda. */
const LARGE = 1e200;
/** Number of bisections between two of them: they reduce half a decade to 1e-12. */
const HALVINGS = 40;

/**
 * The prior precision lambda that maximises {@link logEvidence}. There the effective number of parameters gamma = sum_i h_i / (h_i + lambda) is lambda |v|^2
 * (MacKay 1992, "The evidence framework applied to classification networks"), with the most probable weights v of {@link modeNorm}.
 *
 * @param spectra those of all weights that share the precision, with curvatures summed over all training examples
 * @returns lambda, the precision 1/sigma^2 of the prior
 */
export function fitPrecision(spectra: readonly Spectrum[]): number {
  const tried = [LEAST];
  while (tried.length < TRIED) tried.push(tried.at(-1)! * STEP);
  const evidence = tried.map((precision) =>
    logEvidence(
      0,
      spectra,
      spectra.map(() => precision),
    ),
  );
  const best = evidence.reduce((most, value, i) => (value > evidence[most]! ? i : most), 0);
  let [low, high] = [tried[Math.max(0, best - 1)]!, tried[Math.min(TRIED - 1, best + 1)]!];
  for (let i = 0; i < HALVINGS; i++) {
    const middle = Math.sqrt(low * high);
    if (effectiveParameters(spectra, middle) > middle * modeNorm(spectra, middle)) low = middle;
    else high = middle;
  }
  return Math.sqrt(low * high);
}

/**
 * gamma: the number of directions in weight space that the data determine, rather than the prior.
 *
 * @param spectra those of all weights that share the precision
 * @param precision lambda of the prior, above 0
 * @returns gamma, from 0 to the number of weights
 */
export function effectiveParameters(spectra: readonly Spectrum[], precision: number): number {
  let gamma = 0;
  for (const { curvatures } of spectra)
    for (let i = 0; i < curvatures.length; i++) gamma += curvatures[i]! / (curvatures[i]! + precision);
  return gamma;
}

/**
 * |v|^2 of the most probable weights under a prior: those that were trained under one, as in MacKay 1992. Weights that were trained without a prior are
 * the vertex of the likelihood, and the prior moves them to v_i = h_i w_i / (h_i + lambda) (as Antoran et al. 2022, arXiv 2206.08900, do for the
 * linearised network).
 *
 * @param spectra those of all weights that share the precision
 * @param precision lambda of the prior, above 0
 */
export function modeNorm(spectra: readonly Spectrum[], precision: number): number {
  let sum = 0;
  for (const { curvatures, weights, underPrior } of spectra)
    for (let i = 0; i < curvatures.length; i++) {
      const v = (underPrior ? 1 : curvatures[i]! / (curvatures[i]! + precision)) * weights[i]!;
      sum += v * v;
    }
  return sum;
}

/**
 * The log marginal likelihood, nats: -nll - 1/2 sum_i [log(1 + h_i / lambda) + lambda w_i^2] where w is the maximum a posteriori. Where it is the
 * maximum of the likelihood, the integral of that parabola over the prior N(0, 1 / lambda) has lambda h_i / (h_i + lambda) in place of the second
 * lambda. Otherwise, in all directions that do not change the likelihood, the random initial weights would count as large weights, and the
 * prior would be many times too wide.
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
  // One logarithm of a product is faster than many.
  let product = 1;
  spectra.forEach(({ curvatures, weights, underPrior }, l) => {
    const precision = precisions[l]!;
    for (let i = 0; i < curvatures.length; i++) {
      const [h, w] = [curvatures[i]!, weights[i]!];
      cost += precision * w * w * (underPrior ? 1 : h / (h + precision));
      product *= 1 + h / precision;
      if (product < LARGE) continue;
      cost += log(product);
      product = 1;
    }
  });
  return -nll - (cost + log(product)) / 2;
}

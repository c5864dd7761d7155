import {
  networkOutputs,
  targetsOf,
  type CurvatureInput,
  type Examples,
  type MethodContext,
  type Network,
  type Params,
} from '@bbb/core';
import type { Key } from '@bbb/kernels';
import { innerParams } from '../pieces/wrapped-trainer.js';
import { fitPrecision, logEvidence, type Spectrum } from './evidence.js';
import { EVIDENCE, PRECISIONS, type LaplaceParts } from './model.js';

/** How the precision of the prior is chosen. */
export type PriorChoice =
  | { readonly kind: 'fixed'; readonly precision: number }
  /** By the marginal likelihood: one for each layer, or one for all. */
  | { readonly kind: 'evidence'; readonly of: 'layer' | 'network' };

/**
 * Fits the Gaussian around the trained weights: first the curvature over all examples, then the prior, then the covariance.
 *
 * @param context ops, architecture, likelihood and optimiser of the trial
 * @param parts the inner method, the layers with a posterior, and the form of its covariance
 * @param prior a precision, or that the evidence chooses one
 * @param params of the model; the covariance is written into them
 * @param examples all training examples
 * @param key of what is drawn for the curvature
 */
export function fitLaplace(
  { ops, architecture, likelihood }: MethodContext,
  { inner, layers, covariance }: Pick<LaplaceParts, 'inner' | 'layers' | 'covariance'>,
  prior: PriorChoice,
  params: Params,
  examples: Examples,
  key: Key,
): void {
  const network = inner.model.draw(innerParams(inner, params), 'mean');
  try {
    const input: CurvatureInput = { ops, architecture, likelihood, network, examples };
    const measured = covariance.measure(input, key);
    const known = inner.model.posterior(innerParams(inner, params));
    const spectra = measured.spectra.map((spectrum, l) => ({
      ...spectrum,
      underPrior: known.some(({ name, prior }) => name === layers[l]!.weight.name && prior !== undefined),
    }));
    const precisions = precisionsOf(prior, spectra);
    measured.write(params, precisions);
    ops.write(params[PRECISIONS]!, precisions);
    ops.write(params[EVIDENCE]!, [logEvidence(nllOf(input, network), spectra, precisions)]);
  } finally {
    network.dispose();
  }
}

function precisionsOf(prior: PriorChoice, spectra: readonly Spectrum[]): number[] {
  if (prior.kind === 'fixed') return spectra.map(() => prior.precision);
  if (prior.of === 'layer') return spectra.map((spectrum) => fitPrecision([spectrum]));
  const shared = fitPrecision(spectra);
  return spectra.map(() => shared);
}

/** Negative log-likelihood of all examples, in nats, for the mean network. */
function nllOf({ ops, architecture, likelihood, examples }: CurvatureInput, network: Network): number {
  const outputs = networkOutputs(ops, architecture, network, examples);
  const own = Object.entries(network.likelihood).map(([name, x]) => [name, ops.read(x)] as const);
  const { nll } = likelihood.validate(outputs, targetsOf(examples, examples.rows), Object.fromEntries(own));
  return nll * examples.rows.length;
}

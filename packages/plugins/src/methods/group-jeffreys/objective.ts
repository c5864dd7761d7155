import { linearLayers, type LinearLayer, type MethodContext, type Params } from '@bbb/core';
import type { Prior } from '@bbb/kernels';
import { momentPass, type Moments } from '../../estimators/moments.js';
import { gaussianOf } from '../../pieces/gaussian-model.js';
import { lazy } from '../../pieces/lazy.js';
import { allocWeights, freeAll, type Operands } from '../../pieces/operands.js';
import type { VariationalObjective } from '../../pieces/variational-trainer.js';
import { jeffreysKl, jeffreysKlGradient, logAlpha } from './kl.js';
import { groupSpecs } from './model.js';
import { noisyScales, scaleOf, type ScaleGradient } from './scales.js';

/** p(w | z) = N(0, z^2), so p(w / z | z) is a standard normal (Louizos et al. 2017, equation 7). */
const GIVEN_SCALE: Prior = { kind: 'gaussian', sigma: 1 };

/**
 * E_q[-log P(D_i | w)], estimated with a draw of the scales and then of the pre-activations. KL[q || p] is the KL of the scales plus the KL of
 * the weights given the scales, which has a closed form (Louizos et al. 2017, section 4.1).
 */
export function groupObjective(context: MethodContext): VariationalObjective {
  const { ops, architecture } = context;
  const { weights } = architecture;
  const layers = linearLayers(architecture);
  const scales = noisyScales(context);
  const pass = momentPass(context, scales.around);
  const scratch = lazy(() => allocWeights(ops, weights));
  const moments = (params: Params): Moments => {
    const variance = scratch.get();
    for (const { name } of weights) ops.variance(variance[name]!, gaussianOf(params, name).rho);
    return {
      mean: Object.fromEntries(weights.map(({ name }) => [name, gaussianOf(params, name).mu])),
      variance,
    };
  };
  return {
    parameters: groupSpecs(context),
    value: (params, batch, key) => pass.value(moments(params), params, batch, key),
    complexity: (params) =>
      weights.reduce((sum, { name }) => sum + ops.gaussianKl(gaussianOf(params, name), GIVEN_SCALE), 0) +
      layers.reduce((sum, layer) => sum + scaleKl(context, params, layer), 0),
    gradient(params, batch, key, scale, klWeight, grads) {
      const loss = pass.gradient(moments(params), params, batch, key, scale, grads);
      writeWeightGradients(context, params, pass.gradients(), klWeight, grads);
      for (const layer of layers)
        writeScaleGradients(context, params, layer, scales.gradient(layer), klWeight, grads);
      return loss;
    },
    dispose() {
      scratch.dispose((variance) => freeAll(ops, variance));
      pass.dispose();
      scales.dispose();
    },
  };
}

/** Writes the gradients of the weights' means and rhos, given those of the NLL with respect to their moments. */
function writeWeightGradients(
  { ops, architecture }: MethodContext,
  params: Params,
  { mean, variance }: Moments,
  klWeight: number,
  grads: Operands,
): void {
  for (const { name } of architecture.weights) {
    const gradients = {
      meanGrad: mean[name]!,
      varianceGrad: variance[name]!,
      prior: GIVEN_SCALE,
      klWeight,
    };
    const { mu, rho } = gaussianOf(grads, name);
    ops.localGradients(mu, rho, gaussianOf(params, name), gradients, 1, false);
  }
}

/** Writes the gradients of a layer's scales, given those of the NLL. */
function writeScaleGradients(
  context: MethodContext,
  params: Params,
  layer: LinearLayer,
  nll: ScaleGradient,
  klWeight: number,
  grads: Operands,
): void {
  const { mu, sigma, ofSigma } = scaleOf(context, params, layer);
  const kl = Array.from(mu, (m, u) => jeffreysKlGradient(m, sigma[u]!));
  const name = `layers.${layer.weight.layer}.scale`;
  const toMu = kl.map((slope, u) => nll.mu[u]! + klWeight * slope.mu);
  const toRho = kl.map((slope, u) => (nll.sigma[u]! + klWeight * slope.sigma) * ofSigma[u]!);
  context.ops.write(grads[`${name}.mu`]!, toMu);
  context.ops.write(grads[`${name}.rho`]!, toRho);
}

function scaleKl(context: MethodContext, params: Params, layer: LinearLayer): number {
  const { mu, sigma } = scaleOf(context, params, layer);
  return Array.from(mu).reduce((sum, m, u) => sum + jeffreysKl(logAlpha(m, sigma[u]!)), 0);
}

import type { MethodContext, Params } from '@bbb/core';
import type { Prior } from '@bbb/kernels';
import { gaussianOf } from '../pieces/gaussian-model.js';
import { lazy } from '../pieces/lazy.js';
import { allocWeights, freeAll } from '../pieces/operands.js';
import type { Estimator } from './estimator.js';
import { momentPass, type Moments } from './moments.js';

/**
 * Local reparameterisation (Kingma, Salimans & Welling 2015, arXiv 1506.02557): draws pre-activations in place of weights, with mean x * mu and
 * variance x^2 * sigma^2. Each example has its own noise, so the variance of the gradient is smaller. The KL is exact, so the prior must have one
 * in closed form.
 *
 * @param context ops, architecture, likelihood and optimiser of the trial
 * @param prior of every weight; its KL must have a closed form, as that of a Gaussian has
 */
export function localReparameterisation(context: MethodContext, prior: Prior): Estimator {
  const { ops, architecture } = context;
  const { weights } = architecture;
  const pass = momentPass(context);
  const scratch = lazy(() => ({ variance: allocWeights(ops, weights), ratio: allocWeights(ops, weights) }));

  const moments = (params: Params): Moments => {
    const { variance, ratio } = scratch.get();
    for (const { name } of weights) ops.variance(variance[name]!, gaussianOf(params, name).rho, ratio[name]);
    const mean = Object.fromEntries(weights.map(({ name }) => [name, gaussianOf(params, name).mu]));
    return { mean, variance };
  };
  const gradients = (name: string, klWeight: number) => {
    const { mean, variance } = pass.gradients();
    const known = scratch.get();
    // No weight has moved since these moments were computed.
    const spread = { variance: known.variance[name]!, ratio: known.ratio[name]! };
    return { meanGrad: mean[name]!, varianceGrad: variance[name]!, spread, prior, klWeight };
  };
  return {
    value: (params, batch, key) => pass.value(moments(params), params, batch, key),
    complexity: (params) =>
      weights.reduce((sum, { name }) => sum + ops.gaussianKl(gaussianOf(params, name), prior), 0),
    gradient: (params, batch, key, scale, parameters) =>
      pass.gradient(moments(params), params, batch, key, scale, parameters),
    update: (name, posterior, _key, klWeight, update) =>
      ops.updateLocal(posterior, { ...gradients(name, klWeight), ...update }),
    accumulate: (name, posterior, _key, klWeight, { mu, rho, scale, add }) =>
      ops.localGradients(mu, rho, posterior, gradients(name, klWeight), scale, add),
    dispose() {
      scratch.dispose(({ variance, ratio }) => [variance, ratio].forEach((all) => freeAll(ops, all)));
      pass.dispose();
    },
  };
}

import type { MethodContext, Params } from '@bbb/core';
import type { Key, Prior } from '@bbb/kernels';
import { drawWeights, gaussianOf } from '../pieces/gaussian-model.js';
import { lazy } from '../pieces/lazy.js';
import { networkLoss, type Loss } from '../pieces/loss.js';
import { allocWeights, freeAll, weightKey, type Operands } from '../pieces/operands.js';
import type { Estimator } from './estimator.js';

/**
 * One draw of all weights for a minibatch, w = mu + sigma epsilon (Blundell et al. 2015, section 3.2). It works with every prior.
 * @param loss loss of the network at a draw. Default: without other noise
 */
export function weightSampling(
  context: MethodContext,
  prior: Prior,
  loss: Loss = networkLoss(context),
): Estimator {
  const { ops, architecture } = context;
  const { weights } = architecture;
  const scratch = lazy(() => ({ w: allocWeights(ops, weights), grads: allocWeights(ops, weights) }));
  const draw = (params: Params, key: Key): Operands => {
    const { w } = scratch.get();
    drawWeights(ops, weights, w, params, key);
    return w;
  };
  const sample = (name: string, key: Key, klWeight: number) => ({
    w: scratch.get().w[name]!,
    grad: scratch.get().grads[name]!,
    key: weightKey(key, name),
    prior,
    klWeight,
  });
  return {
    value: (params, batch, key) => loss.value({ ...params, ...draw(params, key) }, batch, key),
    complexity: (params, key) => drawnComplexity(context, prior, params, draw(params, key), key),
    gradient: (params, batch, key, scale, likelihood) =>
      loss.gradient({ ...params, ...draw(params, key) }, batch, key, scale, {
        ...scratch.get().grads,
        ...likelihood,
      }),
    update: (name, posterior, key, klWeight, update) =>
      ops.updateGaussian(posterior, { ...sample(name, key, klWeight), ...update }),
    accumulate: (name, posterior, key, klWeight, { mu, rho, scale, add }) =>
      ops.gaussianGradients(mu, rho, posterior, sample(name, key, klWeight), scale, add),
    dispose() {
      scratch.dispose(({ w, grads }) => [w, grads].forEach((operands) => freeAll(ops, operands)));
      loss.dispose();
    },
  };
}

/** log q(w) - log p(w) at a draw, summed over all weights, in nats. */
export function drawnComplexity(
  { ops, architecture }: MethodContext,
  prior: Prior,
  params: Params,
  w: Operands,
  key: Key,
): number {
  return architecture.weights.reduce(
    (sum, { name }) =>
      sum + ops.complexityCost(gaussianOf(params, name), w[name]!, weightKey(key, name), prior),
    0,
  );
}

import {
  fold,
  isLinear,
  type Architecture,
  type Batch,
  type BatchLoss,
  type MethodContext,
  type Params,
} from '@bbb/core';
import type { Key, Operand } from '@bbb/kernels';
import { lazy } from './lazy.js';
import { networkLoss } from './loss.js';
import { gradientScale } from './objective.js';
import { allocWeights, filled, freeAll, type Operands } from './operands.js';
import { drawByVariance, varianceOf } from './variance-model.js';

/** The loss of a batch, and what a step of IVON needs of its gradients. */
export interface IvonGradients extends BatchLoss {
  /** Mean gradients over the draws, by weight or by parameter of the likelihood. */
  readonly grads: Operands;
  /** What the Hessian of a weight tensor is estimated from: the single draw, or the mean of gradient times noise over several. */
  readonly noise: (weight: string) => { readonly w: Operand } | { readonly product: Operand };
}

/** Computes gradients at draws of the weights, and holds the memory for them. */
export interface IvonEstimator {
  /** The result is valid until the next call. */
  gradients(params: Params, batch: Batch, key: Key): IvonGradients;
  dispose(): void;
}

/** @param samples number of draws for a batch */
export function ivonEstimator(context: MethodContext, samples: number): IvonEstimator {
  const { ops, architecture, likelihood } = context;
  const { weights } = architecture;
  const all = [...weights, ...likelihood.parameters];
  const loss = networkLoss(context);
  const firstDense = denseOfInputs(architecture);
  const scratch = lazy(() => ({ w: allocWeights(ops, weights), grads: allocWeights(ops, all) }));
  const averages = lazy(() => ({
    grads: allocWeights(ops, all),
    products: allocWeights(ops, weights),
    ones: Object.fromEntries(all.map(({ name, shape }) => [name, filled(ops, shape, 1)])),
  }));

  /** Writes `scale` times the gradients at a draw into `grads`, and leaves the draw in `w`. */
  const gradientAt = (params: Params, batch: Batch, key: Key, scale: number): BatchLoss => {
    const { w, grads } = scratch.get();
    drawByVariance(ops, weights, w, params, key, { weight: firstDense, x: batch.x });
    return loss.gradient({ ...params, ...w }, batch, key, scale, grads);
  };

  /** Adds the gradients, and their products with the noise, to the averages. The first draw overwrites the averages. */
  const accumulate = (params: Params, first: boolean): void => {
    const { w, grads } = scratch.get();
    const { grads: sums, products, ones } = averages.get();
    for (const { name } of weights) {
      ops.subtract(w[name]!, w[name]!, varianceOf(params, name).mu);
      if (first) ops.multiply(products[name]!, w[name]!, grads[name]!);
      else ops.addProduct(products[name]!, w[name]!, grads[name]!, 1);
    }
    for (const { name } of all) {
      if (first) ops.copy(sums[name]!, grads[name]!);
      else ops.addProduct(sums[name]!, grads[name]!, ones[name]!, 1);
    }
  };

  const atOneDraw = (params: Params, batch: Batch, key: Key): IvonGradients => {
    const found = gradientAt(params, batch, fold(key, 'sample', 0), gradientScale(batch));
    const { w, grads } = scratch.get();
    return { ...found, grads, noise: (name) => ({ w: w[name]! }) };
  };

  const atSeveralDraws = (params: Params, batch: Batch, key: Key): IvonGradients => {
    const scale = gradientScale(batch);
    let [nll, error] = [0, 0];
    for (let s = 0; s < samples; s++) {
      const one = gradientAt(params, batch, fold(key, 'sample', s), scale / samples);
      nll += one.nll / samples;
      error += one.error / samples;
      accumulate(params, s === 0);
    }
    const { grads, products } = averages.get();
    return { nll, error, grads, noise: (name) => ({ product: products[name]! }) };
  };

  return {
    gradients: samples === 1 ? atOneDraw : atSeveralDraws,
    dispose() {
      scratch.dispose((operands) => Object.values(operands).forEach((each) => freeAll(ops, each)));
      averages.dispose((operands) => Object.values(operands).forEach((each) => freeAll(ops, each)));
      loss.dispose();
    },
  };
}

/** The weight tensor that is multiplied by the inputs themselves. Undefined if no dense layer comes first. */
function denseOfInputs({ layers }: Architecture): string | undefined {
  const first = layers.find((layer) => isLinear(layer) || layer.effect !== 'shape');
  return first?.kind === 'dense' ? first.weight?.name : undefined;
}

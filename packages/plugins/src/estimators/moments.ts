import { fold, type Batch, type BatchLoss, type MethodContext, type Params } from '@bbb/core';
import type { Key } from '@bbb/kernels';
import { lazy } from '../pieces/lazy.js';
import { allocWeights, freeAll, type Operands } from '../pieces/operands.js';
import { networkPass, type LinearPart } from '../pieces/pass.js';
import { layerScratch } from './layer-scratch.js';

/** The mean and the variance of every weight, or gradients with respect to them, by weight name. */
export interface Moments {
  readonly mean: Operands;
  readonly variance: Operands;
}

/** Adds other noise to the layers, e.g. on their inputs. A function of the parameters and the key. */
export type AroundLayers = (part: LinearPart, params: Params, key: Key) => LinearPart;

/**
 * The negative log-likelihood of a batch, in nats, for weights of which only the moments are known; and its gradients. All noise is a function of
 * the key.
 */
export interface MomentPass {
  /** @param params parameters of the likelihood and of the noise around the layers, by name */
  value(moments: Moments, params: Params, batch: Batch, key: Key): BatchLoss;
  /** Returns the value, and computes `scale` times its gradients: of the likelihood's parameters into `likelihood`, of the moments into {@link gradients}. */
  gradient(
    moments: Moments,
    params: Params,
    batch: Batch,
    key: Key,
    scale: number,
    likelihood: Operands,
  ): BatchLoss;
  /** The gradients of the last call of `gradient`. */
  gradients(): Moments;
  dispose(): void;
}

/**
 * Draws the pre-activations of every layer from a Gaussian with mean x * mean and variance x^2 * variance, with its own noise for each example
 * (Kingma, Salimans & Welling 2015, arXiv 1506.02557). This is exact for independent Gaussian weights; for others it relies on the central limit
 * theorem. In a convolution every position has its own noise (Molchanov et al. 2017).
 *
 * @param context its ops, architecture and likelihood
 * @param around wraps the linear part of layers, for dropout on their inputs, say. Default: nothing
 */
export function momentPass(
  { ops, architecture, likelihood }: MethodContext,
  around: AroundLayers = (part) => part,
): MomentPass {
  const { weights } = architecture;
  const pass = networkPass(ops, architecture);
  const between = layerScratch(ops, architecture);
  const grads = lazy((): Moments => ({
    mean: allocWeights(ops, weights),
    variance: allocWeights(ops, weights),
  }));

  const drawn = ({ mean, variance }: Moments, key: Key): LinearPart => ({
    forward(layer, out, x, relu) {
      const { weight, bias } = layer;
      const kept = between.of(layer, x.shape[0]!);
      layer.forward(ops, out, x, mean[weight.name]!, mean[bias.name]);
      ops.square(kept.input, x);
      layer.forward(ops, kept.output, kept.input, variance[weight.name]!, variance[bias.name]);
      // From here on, `kept.output` is the derivative of the draw with respect to its variance.
      ops.sampleActivations(out, out, kept.output, fold(key, 'layer', weight.layer), kept.output);
      if (relu) ops.relu(out, out);
    },
    backward(layer, dx, dOut, x) {
      const { weight, bias } = layer;
      const { input: squares, output: dVariance, gradient } = between.of(layer, x.shape[0]!);
      const { mean: dMean, variance: dVar } = grads.get();
      ops.multiply(dVariance, dVariance, dOut);
      layer.gradients(ops, dMean[weight.name]!, dMean[bias.name]!, x, dOut);
      layer.gradients(ops, dVar[weight.name]!, dVar[bias.name]!, squares, dVariance);
      if (!dx) return;
      layer.backward(ops, dx, dOut, mean[weight.name]!);
      layer.backward(ops, gradient(), dVariance, variance[weight.name]!);
      ops.addProduct(dx, x, gradient(), 2);
    },
  });
  const part = (moments: Moments, params: Params, key: Key): LinearPart =>
    around(drawn(moments, key), params, key);

  return {
    value(moments, params, batch, key) {
      const outputs = pass.forward(batch.x, part(moments, params, key), key);
      return likelihood.nll(ops, outputs, batch.targets, params);
    },
    gradient(moments, params, batch, key, scale, parameters) {
      const linear = part(moments, params, key);
      const outputs = pass.forward(batch.x, linear, key);
      const loss = likelihood.nll(ops, outputs, batch.targets, params, { outputs, parameters, scale });
      pass.backward(batch.x, linear, key);
      return loss;
    },
    gradients: () => grads.get(),
    dispose() {
      grads.dispose(({ mean, variance }) => [mean, variance].forEach((operands) => freeAll(ops, operands)));
      between.dispose();
      pass.dispose();
    },
  };
}

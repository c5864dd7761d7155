import { fold, sizeOf, type LinearLayer, type MethodContext, type Params } from '@bbb/core';
import type { Key, Operand, Ops, Prior } from '@bbb/kernels';
import { drawWeights, gaussianOf } from '../pieces/gaussian-model.js';
import { lazy } from '../pieces/lazy.js';
import { allocWeights, freeAll, weightKey, type Operands } from '../pieces/operands.js';
import { networkPass, type LinearPart } from '../pieces/pass.js';
import type { Estimator } from './estimator.js';
import { layerScratch } from './layer-scratch.js';
import { drawnComplexity } from './weights.js';

/**
 * Flipout (Wen et al. 2018, arXiv 1803.04386): one draw of all weights for a minibatch. Each example sees its noise with its own random signs,
 * out = x * mu + ((x s) * sigma epsilon) r, so the gradients of the examples are less correlated. It works with every prior. The complexity cost
 * is computed at the draw.
 *
 * @param context ops, architecture, likelihood and optimiser of the trial
 * @param prior of every weight; any kind
 */
export function flipout(context: MethodContext, prior: Prior): Estimator {
  const { ops, architecture, likelihood } = context;
  const { weights } = architecture;
  const pass = networkPass(ops, architecture);
  const between = layerScratch(ops, architecture);
  const alloc = () => allocWeights(ops, weights);
  const scratch = lazy(() => ({
    w: alloc(),
    noise: alloc(),
    grad: alloc(),
    noiseGrad: alloc(),
  }));

  const part = (params: Params, key: Key): LinearPart =>
    flipoutPart(ops, between, { mean: (name) => gaussianOf(params, name).mu, ...scratch.get() }, key);
  const draw = (params: Params, key: Key): void => {
    const { w, noise } = scratch.get();
    drawWeights(ops, weights, w, params, key);
    for (const { name } of weights) ops.subtract(noise[name]!, w[name]!, gaussianOf(params, name).mu);
  };
  const sample = (name: string, key: Key, klWeight: number) => {
    const { w, grad, noiseGrad } = scratch.get();
    return {
      w: w[name]!,
      grad: grad[name]!,
      noiseGrad: noiseGrad[name]!,
      key: weightKey(key, name),
      prior,
      klWeight,
    };
  };
  return {
    value(params, batch, key) {
      draw(params, key);
      return likelihood.nll(ops, pass.forward(batch.x, part(params, key), key), batch.targets, params);
    },
    complexity(params, key) {
      const { w } = scratch.get();
      drawWeights(ops, weights, w, params, key);
      return drawnComplexity(context, prior, params, w, key);
    },
    gradient(params, batch, key, scale, parameters) {
      draw(params, key);
      const linear = part(params, key);
      const outputs = pass.forward(batch.x, linear, key);
      const loss = likelihood.nll(ops, outputs, batch.targets, params, { outputs, parameters, scale });
      pass.backward(batch.x, linear, key);
      return loss;
    },
    update: (name, posterior, key, klWeight, update) =>
      ops.updateGaussian(posterior, { ...sample(name, key, klWeight), ...update }),
    accumulate: (name, posterior, key, klWeight, { mu, rho, scale, add }) =>
      ops.gaussianGradients(mu, rho, posterior, sample(name, key, klWeight), scale, add),
    dispose() {
      scratch.dispose((all) => Object.values(all).forEach((operands) => freeAll(ops, operands)));
      between.dispose();
      pass.dispose();
    },
  };
}

/** What the linear layers compute with, by weight. */
interface Noisy {
  readonly mean: (name: string) => Operand;
  /** The noise of the draw: sigma epsilon. */
  readonly noise: Operands;
  /** Receives the gradients of the means. */
  readonly grad: Operands;
  /** Receives the gradients of the noise. */
  readonly noiseGrad: Operands;
}

/** Adds to each linear layer the noise of its weights, with signs of its own for each example. */
function flipoutPart(
  ops: Ops,
  between: ReturnType<typeof layerScratch>,
  { mean, noise, grad, noiseGrad }: Noisy,
  key: Key,
): LinearPart {
  return {
    forward(layer, out, x, relu) {
      const { weight, bias } = layer;
      const { input: flipped, output: perturbation } = between.of(layer, x.shape[0]!);
      const [s, r] = signKeys(layer, key);
      layer.forward(ops, out, x, mean(weight.name), mean(bias.name));
      ops.multiplySigns(flipped, x, s, positionsIn(layer));
      layer.forward(ops, perturbation, flipped, noise[weight.name]!, noise[bias.name]);
      ops.multiplySigns(out, perturbation, r, positionsOut(layer), true);
      if (relu) ops.relu(out, out);
    },
    backward(layer, dx, dOut, x) {
      const { weight, bias } = layer;
      const { input: flipped, output: dPerturbation, gradient } = between.of(layer, x.shape[0]!);
      const [s, r] = signKeys(layer, key);
      ops.multiplySigns(dPerturbation, dOut, r, positionsOut(layer));
      layer.gradients(ops, grad[weight.name]!, grad[bias.name]!, x, dOut);
      layer.gradients(ops, noiseGrad[weight.name]!, noiseGrad[bias.name]!, flipped, dPerturbation);
      if (!dx) return;
      layer.backward(ops, dx, dOut, mean(weight.name));
      layer.backward(ops, gradient(), dPerturbation, noise[weight.name]!);
      ops.multiplySigns(dx, gradient(), s, positionsIn(layer), true);
    },
  };
}

/** The keys for the input signs and the output signs of a layer. */
function signKeys({ weight }: LinearLayer, key: Key): [Key, Key] {
  return [fold(key, 'signs in', weight.layer), fold(key, 'signs out', weight.layer)];
}

/** Number of positions that share a sign. All positions of a channel do; otherwise the noise would not be a convolution. */
function positionsIn({ inShape, kind }: LinearLayer): number {
  return kind === 'dense' ? 1 : sizeOf(inShape) / inShape.at(-1)!;
}

function positionsOut({ outShape, bias }: LinearLayer): number {
  return sizeOf(outShape) / sizeOf(bias.shape);
}

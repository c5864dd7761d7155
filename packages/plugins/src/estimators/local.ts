import { fold, type MethodContext, type Params } from '@bbb/core';
import type { Key, Prior } from '@bbb/kernels';
import { gaussianOf } from '../pieces/gaussian-model.js';
import { lazy } from '../pieces/lazy.js';
import { allocWeights, freeAll } from '../pieces/operands.js';
import { networkPass, type LinearPart } from '../pieces/pass.js';
import type { Estimator } from './estimator.js';
import { layerScratch } from './layer-scratch.js';

/**
 * Local reparameterisation (Kingma, Salimans & Welling 2015, arXiv 1506.02557): draws pre-activations instead of weights, with
 * mean x * mu and variance x^2 * sigma^2, and noise of its own for each example, so that the gradient varies less. The KL is
 * exact: the prior has one in closed form. In a convolution every position has noise of its own (Molchanov et al. 2017).
 */
export function localReparameterisation(context: MethodContext, prior: Prior): Estimator {
  const { ops, architecture, likelihood } = context;
  const { weights } = architecture;
  const pass = networkPass(ops, architecture);
  const between = layerScratch(ops, architecture);
  const alloc = () => allocWeights(ops, weights);
  const scratch = lazy(() => ({ variance: alloc(), meanGrad: alloc(), varianceGrad: alloc() }));

  const part = (params: Params, key: Key): LinearPart => {
    const { variance, meanGrad, varianceGrad } = scratch.get();
    const mean = (name: string) => gaussianOf(params, name).mu;
    return {
      forward(layer, out, x, relu) {
        const { weight, bias } = layer;
        const kept = between.of(layer, x.shape[0]!);
        layer.forward(ops, out, x, mean(weight.name), mean(bias.name));
        ops.square(kept.input, x);
        layer.forward(ops, kept.output, kept.input, variance[weight.name]!, variance[bias.name]);
        // From here on `kept.output` is the slope of the draw in its variance.
        ops.sampleActivations(out, out, kept.output, fold(key, 'layer', weight.layer), kept.output);
        if (relu) ops.relu(out, out);
      },
      backward(layer, dx, dOut, x) {
        const { weight, bias } = layer;
        const { input: squares, output: dVariance, gradient } = between.of(layer, x.shape[0]!);
        ops.multiply(dVariance, dVariance, dOut);
        layer.gradients(ops, meanGrad[weight.name]!, meanGrad[bias.name]!, x, dOut);
        layer.gradients(ops, varianceGrad[weight.name]!, varianceGrad[bias.name]!, squares, dVariance);
        if (!dx) return;
        layer.backward(ops, dx, dOut, mean(weight.name));
        layer.backward(ops, gradient(), dVariance, variance[weight.name]!);
        ops.addProduct(dx, x, gradient(), 2);
      },
    };
  };
  const prepare = (params: Params): void => {
    for (const { name } of weights) ops.variance(scratch.get().variance[name]!, gaussianOf(params, name).rho);
  };
  const gradients = (name: string, klWeight: number) => ({
    meanGrad: scratch.get().meanGrad[name]!,
    varianceGrad: scratch.get().varianceGrad[name]!,
    prior,
    klWeight,
  });
  return {
    value(params, batch, key) {
      prepare(params);
      return likelihood.nll(ops, pass.forward(batch.x, part(params, key), key), batch.targets, params);
    },
    complexity: (params) =>
      weights.reduce((sum, { name }) => sum + ops.gaussianKl(gaussianOf(params, name), prior), 0),
    gradient(params, batch, key, scale, parameters) {
      prepare(params);
      const linear = part(params, key);
      const outputs = pass.forward(batch.x, linear, key);
      const loss = likelihood.nll(ops, outputs, batch.targets, params, { outputs, parameters, scale });
      pass.backward(batch.x, linear, key);
      return loss;
    },
    update: (name, posterior, _key, klWeight, update) =>
      ops.updateLocal(posterior, { ...gradients(name, klWeight), ...update }),
    accumulate: (name, posterior, _key, klWeight, { mu, rho, scale, add }) =>
      ops.localGradients(mu, rho, posterior, gradients(name, klWeight), scale, add),
    dispose() {
      scratch.dispose((all) => Object.values(all).forEach((operands) => freeAll(ops, operands)));
      between.dispose();
      pass.dispose();
    },
  };
}

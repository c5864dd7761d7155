import { BbbError, isLinear, type LinearLayer } from '@bbb/core';
import type { PlainNetwork, PlainWeights } from '../plain.js';

/**
 * The weights of a network whose inputs and outputs are in the user's own units. The preprocessing is folded into the first layer with weights,
 * and the scaling of a real target into the last one. It is computed in float64 and rounded once. Weights that are zero stay zero.
 * @throws BbbError `E_EXPORT` for features that are standardised before a convolution, whose border sees zeros, and for missing values,
 *   which no layer of tfjs fills
 */
export function foldScaling(network: PlainNetwork): PlainWeights['weights'] {
  const linear = network.layers.filter(isLinear);
  const weights = { ...network.members[0]!.weights };
  foldInput(weights, linear[0]!, network);
  foldTarget(weights, linear.at(-1)!, network);
  return weights;
}

type Weights = Record<string, Float32Array>;

function foldInput(
  weights: Weights,
  { weight, bias, geometry }: LinearLayer,
  { layers, preprocessing: { input } }: PlainNetwork,
): void {
  if (input.fill) throw unfoldable('missing values (NaN) are filled');
  const w = Float64Array.from(weights[weight.name]!);
  if (
    layers.some((layer, i) => !isLinear(layer) && layer.kind !== 'flatten' && i < layers.findIndex(isLinear))
  )
    throw unfoldable('a layer without weights comes before the first one with weights');
  if (input.kind === 'divide') {
    weights[weight.name] = Float32Array.from(w, (value) => value / input.divisor);
    return;
  }
  if (geometry) throw unfoldable('the features are standardised before a convolution');
  const outputs = weight.shape[1]!;
  const b = Float64Array.from(weights[bias.name]!);
  for (let i = 0; i < w.length; i++) {
    const [row, column] = [Math.floor(i / outputs), i % outputs];
    w[i] = w[i]! / input.sd[row]!;
    b[column] = b[column]! - w[i]! * input.mean[row]!;
  }
  weights[weight.name] = Float32Array.from(w);
  weights[bias.name] = Float32Array.from(b);
}

function foldTarget(
  weights: Weights,
  { weight, bias, outShape }: LinearLayer,
  { form, preprocessing: { target } }: PlainNetwork,
): void {
  if (form.kind !== 'gaussian' || !target) return;
  // The mean is output 0; the log of a standard deviation has no unit.
  const outputs = outShape.at(-1)!;
  const scaled = (values: Float32Array, plus: number): Float32Array =>
    values.map((value, i) => (i % outputs === 0 ? value * target.sd + plus : value));
  weights[weight.name] = scaled(weights[weight.name]!, 0);
  weights[bias.name] = scaled(weights[bias.name]!, target.mean);
}

function unfoldable(reason: string): BbbError {
  return new BbbError('E_EXPORT', `tfjs has no layer for this network's preprocessing: ${reason}.`, {
    hint: 'Export ONNX instead: --format onnx.',
  });
}

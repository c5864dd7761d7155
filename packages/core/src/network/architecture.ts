import { BbbError } from '../errors.js';
import { isLinear, type Layer, type LinearLayer, type WeightSpec } from './layer.js';
import { shapeText, sizeOf, type Shape } from './shape.js';

/** The layers of a network and the weight tensors that they own. Plain functions and numbers; no state. */
export interface Architecture {
  /** Shape of one example, e.g. `[28, 28, 1]`. */
  readonly inputShape: Shape;
  /** Number of outputs of the last layer for one example, e.g. one logit for each class. */
  readonly outputs: number;
  /** First layer first. */
  readonly layers: readonly Layer[];
  /** All weights, first layer first, each layer's weight before its bias. */
  readonly weights: readonly WeightSpec[];
}

/**
 * Makes an architecture of a list of layers. The first layer takes `inputShape`, each other layer takes the output of the one before it, and
 * the last one gives the outputs. A layer that takes a row of numbers also takes an image with as many numbers.
 * @param inputShape shape of one example, e.g. `[28, 28, 1]`
 * @param layers the layers, from the inputs to the outputs
 * @throws BbbError `E_NETWORK` if a layer does not fit the one before it, if no layer has weights, or if the last layer has none: outputs
 *   must be able to be any real number, and a trainer overwrites them with their gradient
 */
export function architectureOf(inputShape: Shape, layers: readonly Layer[]): Architecture {
  let shape = inputShape;
  for (const { kind, inShape, outShape } of layers) {
    if (sizeOf(inShape) !== sizeOf(shape)) {
      throw new BbbError(
        'E_NETWORK',
        `The layer "${kind}" takes inputs of shape ${shapeText(inShape)}, but gets ${shapeText(shape)}.`,
        { hint: 'Make the input shape of each layer the output shape of the layer before it.' },
      );
    }
    shape = outShape;
  }
  const weights = layers.filter(isLinear).flatMap(({ weight, bias }) => [weight, bias]);
  if (weights.length === 0) {
    throw new BbbError('E_NETWORK', 'A network needs a layer with weights; this one has none.', {
      hint: 'Add a dense layer.',
    });
  }
  const last = layers.at(-1)!;
  if (!isLinear(last)) {
    throw new BbbError(
      'E_NETWORK',
      `The last layer of a network must have weights; "${last.kind}" has none.`,
      {
        hint: 'End with a dense layer that has one unit for each output.',
      },
    );
  }
  return { inputShape, outputs: sizeOf(shape), layers, weights };
}

/**
 * The layers with weights; the one next to the inputs comes first.
 * @param architecture the layers of a network
 */
export function linearLayers({ layers }: Architecture): LinearLayer[] {
  return layers.filter(isLinear);
}

/**
 * Number of weights and biases of an architecture.
 * @param architecture the layers of a network
 */
export function countWeights({ weights }: Pick<Architecture, 'weights'>): number {
  return weights.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
}

import { BbbError } from '../errors.js';
import { isLinear, type Layer, type LinearLayer, type WeightSpec } from './layer.js';
import { shapeText, sizeOf, type Shape } from './shape.js';

/** The layers of a network and the weight tensors that they own. Plain functions and numbers; no state. */
export interface Architecture {
  /** Of one example, e.g. `[28, 28, 1]`. */
  readonly inputShape: Shape;
  /** Numbers that the last layer gives for one example, e.g. one logit for each class. */
  readonly outputs: number;
  /** First layer first. */
  readonly layers: readonly Layer[];
  /** All weights, first layer first, each layer's weight before its bias. */
  readonly weights: readonly WeightSpec[];
}

/**
 * Layers in a row make an architecture: `inputShape` goes into the first, each gives what the next one takes, and the last one gives the
 * outputs. An image may go into a layer that takes as many numbers in a row.
 * @throws BbbError `E_NETWORK` when a layer does not take what the one before it gives, there is no layer with weights, or the last
 *   one is none: outputs are any real numbers, and a trainer overwrites them with their gradient
 */
export function architectureOf(inputShape: Shape, layers: readonly Layer[]): Architecture {
  let shape = inputShape;
  for (const { kind, inShape, outShape } of layers) {
    if (sizeOf(inShape) !== sizeOf(shape)) {
      throw new BbbError(
        'E_NETWORK',
        `The layer "${kind}" takes ${shapeText(inShape)}, and gets ${shapeText(shape)}.`,
        { hint: 'Each layer takes the shape that the one before it gives.' },
      );
    }
    shape = outShape;
  }
  const weights = layers.filter(isLinear).flatMap(({ weight, bias }) => [weight, bias]);
  if (weights.length === 0) {
    throw new BbbError('E_NETWORK', 'A network needs a layer with weights, and this one has none.', {
      hint: 'Add a dense layer.',
    });
  }
  const last = layers.at(-1)!;
  if (!isLinear(last)) {
    throw new BbbError('E_NETWORK', `The last layer of a network has weights, and "${last.kind}" has none.`, {
      hint: 'End with a dense layer that has one unit for each output.',
    });
  }
  return { inputShape, outputs: sizeOf(shape), layers, weights };
}

/** The layers with weights, the one next to the inputs first. */
export function linearLayers({ layers }: Architecture): LinearLayer[] {
  return layers.filter(isLinear);
}

/** How many numbers an architecture's weights and biases are. */
export function countWeights({ weights }: Pick<Architecture, 'weights'>): number {
  return weights.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
}

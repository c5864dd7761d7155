import type { Operand, Ops } from '@bbb/kernels';
import type { Params } from '../model/model.js';
import type { Architecture } from '../network/architecture.js';
import { isLinear, type FixedLayer, type Layer, type LinearLayer } from '../network/layer.js';
import { sizeOf } from '../network/shape.js';

/** Called for a layer with weights: `x` is its input, `dOut` the slope with respect to its linear output. */
type LayerVisit = (layer: LinearLayer, x: Operand, dOut: Operand) => void;

/** Chooses layers with weights. */
export type LayerChoice = (layer: LinearLayer) => boolean;

/** Runs batches of one size forward through the layers of a network and, any number of times, backward. */
export interface LayerPass {
  /** The outputs, `[batch, outputs]`, valid until the next `forward`. */
  forward(x: Operand): Operand;
  /** Call it after `forward`: visits the input of every layer with weights, first layer first. */
  inputs(visit: (layer: LinearLayer, x: Operand) => void): void;
  /**
   * Call it after `forward`: sends a slope of the outputs, `[batch, outputs]`, back to every layer with weights, last layer first. It may be
   * called again with another slope. `slope` is not changed.
   *
   * @param of layers to visit; the backward pass ends at the first of them. Default: all
   */
  backward(slope: Operand, visit: LayerVisit, of?: LayerChoice): void;
  dispose(): void;
}

/** A layer with the numbers of its input and output buffers. Buffer 0 is the input of the network. */
interface Place {
  readonly layer: Layer;
  readonly from: number;
  readonly to: number;
}

/**
 * Makes a {@link LayerPass}. All numbers between the layers are kept after `forward`, so that one forward pass serves many backward passes. (In
 * training the buffers are overwritten.)
 * @param ops the ops that allocate and compute operands, e.g. of `startBackend()`
 * @param architecture the layers of the network
 * @param weights weights that the network multiplies by
 * @param batch number of rows of every x
 */
export function layerPass(ops: Ops, architecture: Architecture, weights: Params, batch: number): LayerPass {
  const { places, sizes } = placesOf(architecture);
  const outputs = sizes.map((size, buffer) => (buffer === 0 ? undefined : ops.alloc([batch, size])));
  const slopes = new Map<number, Operand>();
  const last = sizes.length - 1;
  let input: Operand | undefined;

  const at = (buffer: number): Operand => (buffer === 0 ? input! : outputs[buffer]!);
  const slopeOf = (buffer: number): Operand => {
    if (!slopes.has(buffer)) slopes.set(buffer, ops.alloc([batch, sizes[buffer]!]));
    return slopes.get(buffer)!;
  };
  return {
    forward(x) {
      input = x;
      for (const { layer, from, to } of places) {
        if (isLinear(layer))
          layer.forward(ops, at(to), at(from), weights[layer.weight.name]!, weights[layer.bias.name]);
        else layer.forward(ops, at(to), at(from));
      }
      return at(last);
    },
    inputs(visit) {
      for (const { layer, from } of places) if (isLinear(layer)) visit(layer, at(from));
    },
    backward(slope, visit, of = () => true) {
      const firstVisited = places.findIndex(({ layer }) => isLinear(layer) && of(layer));
      if (firstVisited < 0) return;
      const slopeAt = (buffer: number): Operand => (buffer === last ? slope : slopeOf(buffer));
      for (let i = places.length - 1; i >= firstVisited; i--) {
        const { layer, from, to } = places[i]!;
        if (!isLinear(layer)) {
          layer.backward(ops, slopeAt(from), slopeAt(to), at(from), at(to));
          continue;
        }
        if (of(layer)) visit(layer, at(from), slopeAt(to));
        if (i > firstVisited) layer.backward(ops, slopeAt(from), slopeAt(to), weights[layer.weight.name]!);
      }
    },
    dispose() {
      for (const operand of [...outputs, ...slopes.values()]) if (operand) ops.free(operand);
    },
  };
}

/** Number of values that a {@link layerPass} holds for one example, forward and backward. */
export function heldBetween(architecture: Architecture): number {
  return 2 * placesOf(architecture).sizes.reduce((sum, size) => sum + size, 0);
}

/**
 * An activation overwrites the output of the layer before it, which the backward pass does not need. A change of shape needs no buffer.
 */
function placesOf({ inputShape, layers }: Architecture): { places: Place[]; sizes: number[] } {
  const sizes = [sizeOf(inputShape)];
  const places: Place[] = [];
  for (const layer of layers) {
    if (!isLinear(layer) && layer.effect === 'shape') continue;
    const from = sizes.length - 1;
    const inPlace = !isLinear(layer) && overwrites(layer, places.at(-1)?.layer);
    const to = inPlace ? from : sizes.push(sizeOf(layer.outShape)) - 1;
    places.push({ layer, from, to });
  }
  return { places, sizes };
}

function overwrites(layer: FixedLayer, before: Layer | undefined): boolean {
  return layer.effect === 'elementwise' && before !== undefined && isLinear(before);
}

import { isLinear, sizeOf, type Architecture, type FixedLayer, type LinearLayer } from '@bbb/core';

/**
 * The order in which a network is computed, and the buffers between its layers. Buffer 0 is the input; {@link Plan.sizes} has the sizes of the
 * others. The layer before a ReLU also computes the ReLU. But if a max-pool follows the ReLU, the max-pool is computed first, then the ReLU. An
 * activation overwrites its input. A flatten does nothing.
 */
export interface Plan {
  readonly steps: readonly Step[];
  /** Size of each buffer for one example. */
  readonly sizes: readonly number[];
}

export type Step =
  | {
      readonly kind: 'linear';
      readonly layer: LinearLayer;
      readonly from: number;
      readonly to: number;
      readonly relu: boolean;
    }
  /** `done`: the linear layer before it has already applied this ReLU. */
  | {
      readonly kind: 'fixed';
      readonly layer: FixedLayer;
      readonly from: number;
      readonly to: number;
      readonly done: boolean;
    }
  | NoiseStep;

/** A place for dropout: on the inputs, or after a hidden layer with weights and its activation. */
export interface NoiseStep {
  readonly kind: 'noise';
  /** Number of the layer with weights before it. Absent: dropout on the inputs. */
  readonly layer?: number;
  /** Number of units in the buffer: channels of an image, else all numbers. */
  readonly units: number;
  readonly from: number;
  readonly to: number;
  /** True after a ReLU. A dropped unit is 0, as one that the ReLU set to 0, so one op computes both gradients, and the buffer can be overwritten. */
  readonly undoneByRelu: boolean;
}

/** @param noise whether there is dropout after hidden layers, and on the inputs */
export function planOf(
  architecture: Architecture,
  noise: { readonly input: boolean; readonly hidden: boolean },
): Plan {
  const { inputShape, layers } = architecture;
  const draft: Draft = { steps: [], sizes: [sizeOf(inputShape)] };
  const lastLinear = layers.findLastIndex(isLinear);
  let at = noise.input && dropsInputs(architecture) ? addInputNoise(draft) : 0;
  for (let i = 0; i < layers.length;) {
    const layer = layers[i]!;
    if (!isLinear(layer)) {
      if (layer.effect !== 'shape') at = addFixed(draft, layer, at);
      i++;
      continue;
    }
    const activation = fixedAt(layers, i + 1, ({ effect }) => effect === 'elementwise');
    const pool = fixedAt(layers, i + 2, ({ kind }) => kind === 'max-pool');
    if (activation?.kind === 'relu' && pool && !noise.hidden) {
      at = addLinearWithPool(draft, layer, activation, pool, at);
      i += 3;
      continue;
    }
    at = addLinear(draft, layer, activation, at);
    i += activation ? 2 : 1;
    if (noise.hidden && i <= lastLinear) at = addHiddenNoise(draft, layer, activation?.kind === 'relu', at);
  }
  return draft;
}

/** A plan that is being made. Every function that adds to it returns the buffer with the result. */
interface Draft extends Plan {
  readonly steps: Step[];
  readonly sizes: number[];
}

function newBuffer({ sizes }: Draft, size: number): number {
  return sizes.push(size) - 1;
}

/** The layer at this place if it has no weights and is wanted. */
function fixedAt(
  layers: Architecture['layers'],
  index: number,
  wanted: (layer: FixedLayer) => boolean,
): FixedLayer | undefined {
  const layer = layers[index];
  return layer && !isLinear(layer) && wanted(layer) ? layer : undefined;
}

function addFixed(draft: Draft, layer: FixedLayer, from: number): number {
  const to = newBuffer(draft, sizeOf(layer.outShape));
  draft.steps.push({ kind: 'fixed', layer, from, to, done: false });
  return to;
}

/** A linear layer and its activation, which overwrites the output. The layer itself computes a ReLU. */
function addLinear(
  draft: Draft,
  layer: LinearLayer,
  activation: FixedLayer | undefined,
  from: number,
): number {
  const to = newBuffer(draft, sizeOf(layer.outShape));
  const relu = activation?.kind === 'relu';
  draft.steps.push({ kind: 'linear', layer, from, to, relu });
  if (activation) draft.steps.push({ kind: 'fixed', layer: activation, from: to, to, done: relu });
  return to;
}

/**
 * A linear layer, a ReLU and a max-pool. The last two can be exchanged without changing a bit: the largest element above 0 is the same one, and
 * no other element gets a gradient. After the pool there are fewer numbers to compute.
 */
function addLinearWithPool(
  draft: Draft,
  layer: LinearLayer,
  relu: FixedLayer,
  pool: FixedLayer,
  from: number,
): number {
  const pooled = addFixed(draft, pool, addLinear(draft, layer, undefined, from));
  draft.steps.push({ kind: 'fixed', layer: relu, from: pooled, to: pooled, done: false });
  return pooled;
}

/** Dropout on the inputs. */
function addInputNoise(draft: Draft): number {
  const units = draft.sizes[0]!;
  const to = newBuffer(draft, units);
  draft.steps.push({ kind: 'noise', units, from: 0, to, undoneByRelu: false });
  return to;
}

/** Dropout after a hidden layer and its activation. After a ReLU it overwrites its input. */
function addHiddenNoise(
  draft: Draft,
  { weight, bias }: LinearLayer,
  undoneByRelu: boolean,
  from: number,
): number {
  const to = undoneByRelu ? from : newBuffer(draft, draft.sizes[from]!);
  draft.steps.push({
    kind: 'noise',
    layer: weight.layer,
    units: sizeOf(bias.shape),
    from,
    to,
    undoneByRelu,
  });
  return to;
}

/** Whether inputs are units, so that they can be dropped. The pixels of a convolution share weights, so they are not units. */
export function dropsInputs({ weights, inputShape }: Architecture): boolean {
  return weights[0]!.inputUnits === sizeOf(inputShape);
}

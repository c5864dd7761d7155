import { isLinear, sizeOf, type Architecture, type FixedLayer, type LinearLayer } from '@bbb/core';

/**
 * The order in which a network is computed, and the buffers between its layers. Buffer 0 is the input; {@link Plan.sizes} has the sizes of the
 * others. The layer before a ReLU computes the ReLU, too, unless a max-pool follows, which comes first then. An activation overwrites its
 * input. A flatten does nothing.
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
  const sizes = [sizeOf(inputShape)];
  const steps: Step[] = [];
  const buffer = (size: number): number => sizes.push(size) - 1;
  const lastLinear = layers.findLastIndex(isLinear);
  /**
   * A max-pool and a ReLU can be exchanged without changing a bit: the largest element above 0 is the same one, and no other element gets a
   * gradient. After the pool there are fewer numbers to compute.
   */
  const reluBehindPool = (
    layer: LinearLayer,
    relu: FixedLayer,
    pool: FixedLayer,
    from: number,
    to: number,
  ): number => {
    const pooled = buffer(sizeOf(pool.outShape));
    steps.push(
      { kind: 'linear', layer, from, to, relu: false },
      { kind: 'fixed', layer: pool, from: to, to: pooled, done: false },
      { kind: 'fixed', layer: relu, from: pooled, to: pooled, done: false },
    );
    return pooled;
  };
  let at = 0;
  if (noise.input && dropsInputs(architecture)) {
    const to = buffer(sizes[0]!);
    steps.push({ kind: 'noise', units: sizes[0]!, from: at, to, undoneByRelu: false });
    at = to;
  }
  for (let i = 0; i < layers.length; i++) {
    const layer = layers[i]!;
    if (!isLinear(layer)) {
      if (layer.effect === 'shape') continue;
      const to = buffer(sizeOf(layer.outShape));
      steps.push({ kind: 'fixed', layer, from: at, to, done: false });
      at = to;
      continue;
    }
    const to = buffer(sizeOf(layer.outShape));
    const next = layers[i + 1];
    const activation = next && !isLinear(next) && next.effect === 'elementwise' ? next : undefined;
    const pool = layers[i + 2];
    if (activation?.kind === 'relu' && pool && !isLinear(pool) && pool.kind === 'max-pool' && !noise.hidden) {
      at = reluBehindPool(layer, activation, pool, at, to);
      i += 2;
      continue;
    }
    const relu = activation?.kind === 'relu';
    steps.push({ kind: 'linear', layer, from: at, to, relu });
    at = to;
    if (activation) {
      steps.push({ kind: 'fixed', layer: activation, from: at, to: at, done: relu });
      i++;
    }
    if (noise.hidden && i < lastLinear) {
      const dropped = relu ? at : buffer(sizes[at]!);
      const units = sizeOf(layer.bias.shape);
      steps.push({
        kind: 'noise',
        layer: layer.weight.layer,
        units,
        from: at,
        to: dropped,
        undoneByRelu: relu,
      });
      at = dropped;
    }
  }
  return { steps, sizes };
}

/** Whether inputs are units, so that they can be dropped. The pixels of a convolution share weights, so they are no units. */
export function dropsInputs({ weights, inputShape }: Architecture): boolean {
  return weights[0]!.inputUnits === sizeOf(inputShape);
}

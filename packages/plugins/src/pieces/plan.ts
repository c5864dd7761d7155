import { isLinear, sizeOf, type Architecture, type FixedLayer, type LinearLayer } from '@bbb/core';

/**
 * The order in which a network is computed, and the buffers between its layers: buffer 0 is the input, the others have the size that
 * stands in {@link Plan.sizes}. A ReLU is taken along by the layer before it, but waits for a max-pool that follows; an activation
 * overwrites its input, a flatten does nothing.
 */
export interface Plan {
  readonly steps: readonly Step[];
  /** Numbers of one example in each buffer. */
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
  /** `done`: a ReLU that the linear layer before it has applied. */
  | {
      readonly kind: 'fixed';
      readonly layer: FixedLayer;
      readonly from: number;
      readonly to: number;
      readonly done: boolean;
    }
  | NoiseStep;

/** Dropout may stand here: on the inputs, or behind a hidden layer with weights and its activation. */
export interface NoiseStep {
  readonly kind: 'noise';
  /** Absent: the inputs. Else which layer with weights it stands behind. */
  readonly layer?: number;
  /** Units of the buffer: channels of an image, else every number. */
  readonly units: number;
  readonly from: number;
  readonly to: number;
  /** Behind a ReLU: a dropped unit is 0 like one that the ReLU cut, so one op undoes both, and the buffer is overwritten. */
  readonly undoneByRelu: boolean;
}

/** @param noise whether there is dropout behind hidden layers, and on the inputs */
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
   * The largest of a window and max(0, x) can change places, to the same bits: the largest that is above 0 stays where it is, and
   * no other gets a gradient. Behind the pool there are fewer numbers to go over.
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

/** Whether inputs are units, so that dropping one makes sense: the pixels of a convolution share their weights, and are none. */
export function dropsInputs({ weights, inputShape }: Architecture): boolean {
  return weights[0]!.inputUnits === sizeOf(inputShape);
}

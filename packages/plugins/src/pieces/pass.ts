import { fold, type Architecture, type LinearLayer } from '@bbb/core';
import type { Key, Operand, Ops } from '@bbb/kernels';
import { planOf, type NoiseStep, type Step } from './plan.js';
import { scratchPool, type Scratch } from './scratch.js';

/** How an estimator computes the layers with weights. All other parts of a network are the same for all estimators. */
export interface LinearPart {
  forward(layer: LinearLayer, out: Operand, x: Operand, relu: boolean): void;
  /** Computes the gradients of the layer's weights; and `dx`, if it is given. */
  backward(layer: LinearLayer, dx: Operand | undefined, dOut: Operand, x: Operand): void;
}

/** Dropout on units, with a new mask for every example. The units of an image are its channels; otherwise every number is a unit. */
export interface UnitDropout {
  /** Probability of dropping an input of a fully connected first layer. */
  readonly pInput: number;
  /** Probability of dropping a hidden unit, after its activation. */
  readonly p: number;
}

/** Runs a batch forward and backward through a network. */
export interface Pass {
  /** The outputs, `[batch, outputs]`. Overwrite them with their gradient before `backward`. Valid until the next `forward`. */
  forward(x: Operand, linear: LinearPart, key: Key): Operand;
  /** Call it after `forward`, with the same arguments. */
  backward(x: Operand, linear: LinearPart, key: Key): void;
  dispose(): void;
}

/**
 * Runs batches through the layers of an architecture, and holds the buffers between them.
 *
 * @param ops the ops that compute the layers
 * @param architecture the layers, in their order
 * @param dropout probabilities for inputs and hidden units. Default: no unit is dropped
 */
export function networkPass(ops: Ops, architecture: Architecture, dropout?: UnitDropout): Pass {
  const { p = 0, pInput = 0 } = dropout ?? {};
  const { steps, sizes } = planOf(architecture, { input: pInput > 0, hidden: p > 0 });
  const firstLinear = steps.findIndex(({ kind }) => kind === 'linear');
  const pool = scratchPool(ops, sizes);
  const drop = (step: NoiseStep, out: Operand, x: Operand, key: Key): void =>
    dropUnits(ops, step, out, x, step.layer === undefined ? pInput : p, sizes[step.from]!, key);

  const forward = (step: Step, at: (buffer: number) => Operand, linear: LinearPart, key: Key): void => {
    const [x, out] = [at(step.from), at(step.to)];
    if (step.kind === 'linear') linear.forward(step.layer, out, x, step.relu);
    else if (step.kind === 'noise') drop(step, out, x, key);
    else if (!step.done) step.layer.forward(ops, out, x);
  };

  const backward = (
    step: Step,
    index: number,
    at: (buffer: number) => Operand,
    delta: (buffer: number) => Operand,
    linear: LinearPart,
    key: Key,
  ): void => {
    const [x, out] = [at(step.from), at(step.to)];
    if (step.kind === 'linear') {
      // Below the first layer with weights, no gradient is needed.
      linear.backward(step.layer, index > firstLinear ? delta(step.from) : undefined, delta(step.to), x);
    } else if (index < firstLinear) {
      return;
    } else if (step.kind === 'noise') {
      if (!step.undoneByRelu) drop(step, delta(step.from), delta(step.to), key);
    } else if (step.done) {
      const dropped = steps[index + 1]?.kind === 'noise';
      ops.reluBackward(delta(step.to), out, dropped ? 1 / (1 - p) : 1);
    } else {
      step.layer.backward(ops, delta(step.from), delta(step.to), x, out);
    }
  };

  return {
    forward(x, linear, key) {
      const scratch = pool.get(x.shape[0]!);
      const at = buffers(x, scratch);
      for (const step of steps) forward(step, at, linear, key);
      return at(steps.at(-1)!.to);
    },
    backward(x, linear, key) {
      const scratch = pool.get(x.shape[0]!);
      const at = buffers(x, scratch);
      const last = steps.at(-1)!.to;
      const delta = (buffer: number): Operand => (buffer === last ? at(last) : scratch.deltas(buffer));
      for (let i = steps.length - 1; i >= 0; i--) backward(steps[i]!, i, at, delta, linear, key);
    },
    dispose: () => pool.dispose(),
  };
}

/** Buffer 0 is the batch itself. */
function buffers(x: Operand, { outputs }: Scratch): (buffer: number) => Operand {
  return (buffer) => (buffer === 0 ? x : outputs[buffer]!);
}

/** @param size of the buffer, for one example */
function dropUnits(
  ops: Ops,
  { layer, units }: NoiseStep,
  out: Operand,
  x: Operand,
  rate: number,
  size: number,
  key: Key,
): void {
  const noise = layer === undefined ? fold(key, 'input') : fold(key, 'hidden', layer);
  const positions = size / units;
  if (positions === 1) ops.dropout(out, x, rate, noise);
  else ops.dropout(out, x, rate, noise, positions);
}

import { fold } from '@bbb/core';
import type { CrossEntropy, Key, Operand, Ops } from '@bbb/kernels';
import type { Operands } from './operands.js';
import type { Scratch } from './scratch.js';

/** Dropout on units, a fresh mask for every example. */
export interface UnitDropout {
  /** Probability of dropping an input. */
  readonly pInput: number;
  /** Probability of dropping a hidden unit, after its ReLU. */
  readonly p: number;
  readonly key: Key;
}

/** The weight and bias of layer `l`. */
function layer(weights: Operands, l: number): { weight: Operand; bias: Operand } {
  return { weight: weights[`layers.${l}.weight`]!, bias: weights[`layers.${l}.bias`]! };
}

/**
 * h_0 = x, h_{l+1} = relu(h_l W_l + b_l), logits = the last one without the ReLU. `outputs` has an operand for each
 * layer, [batch, outputs]; the last one becomes the logits and is returned.
 */
export function forward(ops: Ops, weights: Operands, x: Operand, outputs: readonly Operand[]): Operand {
  return outputs.reduce((input, output, l) => {
    const { weight, bias } = layer(weights, l);
    ops.matmul(output, input, weight, { bias, relu: l < outputs.length - 1 });
    return output;
  }, x);
}

/** {@link forward} with dropout after the inputs and after every hidden ReLU. */
export function forwardWithDropout(
  ops: Ops,
  weights: Operands,
  x: Operand,
  { input, outputs }: Scratch,
  { pInput, p, key }: UnitDropout,
): Operand {
  ops.dropout(input, x, pInput, fold(key, 'input'));
  return outputs.reduce((h, output, l) => {
    const { weight, bias } = layer(weights, l);
    const hidden = l < outputs.length - 1;
    ops.matmul(output, h, weight, { bias, relu: hidden });
    if (hidden && p > 0) ops.dropout(output, output, p, fold(key, 'hidden', l));
    return output;
  }, input);
}

/**
 * Softmax cross-entropy of the forward pass that `scratch` holds, and `scale` times its gradient with respect to every
 * weight, into `grads`.
 *
 * @param x what the first layer multiplied
 * @param p dropout on the hidden units: a dropped unit is 0 like one that its ReLU cut, so one op undoes both
 */
export function backward(
  ops: Ops,
  weights: Operands,
  x: Operand,
  labels: Uint8Array,
  { outputs, deltas }: Scratch,
  grads: Operands,
  scale: number,
  p = 0,
): CrossEntropy {
  const logits = outputs.at(-1)!;
  const loss = ops.softmaxCrossEntropy(logits, labels, logits, scale);
  let delta = logits;
  for (let l = outputs.length - 1; l >= 0; l--) {
    const below = l > 0 ? outputs[l - 1]! : x;
    const grad = layer(grads, l);
    ops.matmul(grad.weight, below, delta, { transposeA: true });
    ops.sumRows(grad.bias, delta);
    if (l > 0) {
      ops.matmul(deltas[l - 1]!, delta, layer(weights, l).weight, { transposeB: true });
      delta = deltas[l - 1]!;
      ops.reluBackward(delta, below, 1 / (1 - p));
    }
  }
  return loss;
}

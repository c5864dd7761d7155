import type { Batch, MethodContext } from '@bbb/core';
import type { CrossEntropy, Key } from '@bbb/kernels';
import { backward, forward } from './mlp.js';
import type { Operands } from './operands.js';
import { scratchPool, type Scratch } from './scratch.js';

/**
 * -log P(D_i | w), summed over a minibatch, nats, with whatever noise a method puts on the network. The noise is a
 * function of the key: value and gradient at the same key see the same noise.
 */
export interface Loss {
  value(weights: Operands, batch: Batch, key: Key): CrossEntropy;
  /** The value, and `scale` times its gradient into `grads`. */
  gradient(weights: Operands, batch: Batch, key: Key, scale: number, grads: Operands): CrossEntropy;
  dispose(): void;
}

/** The plain network, without noise of its own. */
export function plainLoss({ ops, architecture }: Pick<MethodContext, 'ops' | 'architecture'>): Loss {
  const pool = scratchPool(ops, architecture);
  const run = (weights: Operands, batch: Batch): Scratch => {
    const scratch = pool.get(batch.labels.length);
    forward(ops, weights, batch.x, scratch.outputs);
    return scratch;
  };
  return {
    value(weights, batch) {
      return ops.softmaxCrossEntropy(run(weights, batch).outputs.at(-1)!, batch.labels);
    },
    gradient(weights, batch, _key, scale, grads) {
      return backward(ops, weights, batch.x, batch.labels, run(weights, batch), grads, scale);
    },
    dispose: () => pool.dispose(),
  };
}

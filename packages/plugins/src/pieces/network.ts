import { weightSpecs, type Architecture, type Network } from '@bbb/core';
import type { Operand, Ops } from '@bbb/kernels';
import type { Tensor2D } from '@tensorflow/tfjs-core';
import { forward } from './mlp.js';
import { allocWeights, asParams, freeAll, type Operands } from './operands.js';

/**
 * A network over these weights.
 * @param owned whether `dispose` frees the weights: a draw's are its own, the mean's are the parameters themselves
 */
export function network(ops: Ops, architecture: Architecture, weights: Operands, owned: boolean): Network {
  return {
    weights: asParams(weights),
    logits(x) {
      const outputs: Operand[] = [];
      let logits: Operand | undefined;
      try {
        for (const width of [...architecture.hidden, architecture.classes])
          outputs.push(ops.alloc([x.shape[0], width]));
        logits = forward(ops, weights, x, outputs);
        return logits as Tensor2D;
      } finally {
        for (const output of outputs) if (output !== logits) ops.free(output);
      }
    },
    dispose() {
      if (owned) freeAll(ops, weights);
    },
  };
}

/** A network over weights of its own, which `draw` writes; freed when that throws. */
export function drawnNetwork(
  ops: Ops,
  architecture: Architecture,
  draw: (weights: Operands) => void,
): Network {
  const weights = allocWeights(ops, weightSpecs(architecture));
  try {
    draw(weights);
  } catch (error) {
    freeAll(ops, weights);
    throw error;
  }
  return network(ops, architecture, weights, true);
}

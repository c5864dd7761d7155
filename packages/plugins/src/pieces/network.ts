import type { Architecture, Network } from '@bbb/core';
import type { Ops } from '@bbb/kernels';
import type { Tensor2D } from '@tensorflow/tfjs-core';
import { forward } from './mlp.js';
import { asParams, freeAll, type Operands } from './operands.js';

/**
 * A network over these weights.
 * @param owned whether `dispose` frees the weights: a draw's are its own, the mean's are the parameters themselves
 */
export function network(ops: Ops, architecture: Architecture, weights: Operands, owned: boolean): Network {
  return {
    weights: asParams(weights),
    logits(x) {
      const rows = x.shape[0];
      const outputs = [...architecture.hidden, architecture.classes].map((width) => ops.alloc([rows, width]));
      const logits = forward(ops, weights, x, outputs);
      for (const hidden of outputs.slice(0, -1)) ops.free(hidden);
      return logits as Tensor2D;
    },
    dispose() {
      if (owned) freeAll(ops, weights);
    },
  };
}

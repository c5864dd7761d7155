import type { Operand, Ops } from '@bbb/kernels';
import type { Targets } from '../data/dataset.js';
import { targetsOf, type Examples } from '../data/examples.js';
import { gatherInputs } from '../data/preprocessing.js';
import { BbbError } from '../errors.js';
import type { Likelihood } from '../likelihood/likelihood.js';
import type { Network } from '../model/model.js';
import type { Architecture } from '../network/architecture.js';
import { sizeOf } from '../network/shape.js';
import { heldBetween, layerPass, type LayerPass } from './layer-pass.js';

/** The network whose curvature is computed, and the examples of the loss. */
export interface CurvatureInput {
  readonly ops: Ops;
  readonly architecture: Architecture;
  readonly likelihood: Likelihood;
  /** Its weights and its likelihood parameters are read. Its `outputs` is not called. */
  readonly network: Pick<Network, 'weights' | 'likelihood'>;
  readonly examples: Examples;
}

/** A batch after its forward pass through the network. */
export interface ForwardBatch {
  readonly pass: LayerPass;
  /** `[batch, inputs]`. */
  readonly x: Operand;
  readonly targets: Targets;
  /** `[batch, outputs]`. Do not write to it. */
  readonly outputs: Operand;
  /** `[batch, outputs]`, to write a slope into. */
  readonly slope: Operand;
  /** Number of rows. */
  readonly size: number;
  /** Number of the batch, from 0. */
  readonly index: number;
}

/** Most rows at a time. Kernels are fast with many rows. */
const CHUNK = 1000;
/** Most numbers between the layers at a time: 16 MB of float32. */
const MOST_BETWEEN = 4_000_000;

/**
 * Calls `visit` with all examples, batch by batch. The size of a batch depends on the architecture alone, so sums over batches have the same
 * bits everywhere. Memory does not grow with the number of examples.
 *
 * @throws BbbError `E_CURVATURE` without examples
 */
export function overBatches(
  { ops, architecture, network, examples }: CurvatureInput,
  visit: (batch: ForwardBatch) => void,
): void {
  const { rows, features, preprocessing } = examples;
  if (rows.length === 0) {
    throw new BbbError('E_CURVATURE', 'Got no examples to compute the curvature from.', {
      hint: 'Give at least one training example.',
    });
  }
  const chunk = Math.max(1, Math.min(CHUNK, Math.floor(MOST_BETWEEN / heldBetween(architecture))));
  let index = 0;
  for (const [first, last] of stretches(rows.length, chunk)) {
    const size = Math.min(chunk, last - first);
    const pass = layerPass(ops, architecture, network.weights, size);
    const x = ops.alloc([size, sizeOf(architecture.inputShape)]);
    const slope = ops.alloc([size, architecture.outputs]);
    try {
      for (let at = first; at < last; at += size) {
        const some = rows.subarray(at, at + size);
        gatherInputs(ops, x, features, some, preprocessing.input);
        visit({ pass, x, targets: targetsOf(examples, some), outputs: pass.forward(x), slope, size, index });
        index++;
        examples.onRows?.(size);
      }
    } finally {
      pass.dispose();
      ops.free(x);
      ops.free(slope);
    }
  }
}

/** Start and size of each batch: full batches, then a smaller one for the rest. */
function stretches(count: number, chunk: number): [number, number][] {
  const full = count - (count % chunk);
  return (
    [
      [0, full],
      [full, count],
    ] as [number, number][]
  ).filter(([first, last]) => last > first);
}

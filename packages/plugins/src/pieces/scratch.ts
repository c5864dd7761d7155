import type { Architecture } from '@bbb/core';
import type { Operand, Ops } from '@bbb/kernels';

/** What one batch size needs to run forward and backward. */
export interface Scratch {
  /** Inputs after dropout, [batch, inputs]. */
  readonly input: Operand;
  /** Each layer's output, [batch, outputs]; the last ones are the logits, and then their gradient. */
  readonly outputs: readonly Operand[];
  /** Gradients of the hidden outputs, same shapes. */
  readonly deltas: readonly Operand[];
}

/** Full batches and the last, partial one. */
const KEPT_SIZES = 2;

/** Scratch by batch size, allocated once for each size; the oldest goes when a third size turns up. */
export interface ScratchPool {
  get(batch: number): Scratch;
  dispose(): void;
}

export function scratchPool(ops: Ops, architecture: Architecture): ScratchPool {
  const bySize = new Map<number, Scratch>();
  const evict = (size: number): void => {
    const { input, outputs, deltas } = bySize.get(size)!;
    for (const operand of [input, ...outputs, ...deltas]) ops.free(operand);
    bySize.delete(size);
  };
  return {
    get(batch) {
      let scratch = bySize.get(batch);
      if (!scratch) {
        if (bySize.size === KEPT_SIZES) evict([...bySize.keys()][0]!);
        const { inputs, hidden, classes } = architecture;
        scratch = {
          input: ops.alloc([batch, inputs]),
          outputs: [...hidden, classes].map((width) => ops.alloc([batch, width])),
          deltas: hidden.map((width) => ops.alloc([batch, width])),
        };
        bySize.set(batch, scratch);
      }
      return scratch;
    },
    dispose() {
      bySize.forEach((_scratch, size) => evict(size));
    },
  };
}

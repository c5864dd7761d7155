import type { Operand, Ops } from '@bbb/kernels';

/** Buffers between the layers of a network, for one batch size. */
export interface Scratch {
  /** By number of the buffer, `[batch, size]`. Buffer 0, the input, belongs to the caller. */
  readonly outputs: readonly (Operand | undefined)[];
  /** The gradient of a buffer, allocated at its first use. */
  deltas(buffer: number): Operand;
}

/** Full batches, and the last batch, which may be smaller. */
const KEPT_SIZES = 2;

/** Scratch memory by batch size, allocated once for each size. When a third size is used, the oldest one is freed. */
export interface ScratchPool {
  get(batch: number): Scratch;
  dispose(): void;
}

/** @param sizes size of each buffer for one example */
export function scratchPool(ops: Ops, sizes: readonly number[]): ScratchPool {
  const bySize = new Map<number, Scratch & { free(): void }>();
  const evict = (batch: number): void => {
    bySize.get(batch)!.free();
    bySize.delete(batch);
  };
  const make = (batch: number): Scratch & { free(): void } => {
    const outputs = sizes.map((size, buffer) => (buffer === 0 ? undefined : ops.alloc([batch, size])));
    const deltas = new Map<number, Operand>();
    return {
      outputs,
      deltas(buffer) {
        if (!deltas.has(buffer)) deltas.set(buffer, ops.alloc([batch, sizes[buffer]!]));
        return deltas.get(buffer)!;
      },
      free() {
        for (const operand of [...outputs, ...deltas.values()]) if (operand) ops.free(operand);
      },
    };
  };
  return {
    get(batch) {
      let scratch = bySize.get(batch);
      if (!scratch) {
        if (bySize.size === KEPT_SIZES) evict([...bySize.keys()][0]!);
        scratch = make(batch);
        bySize.set(batch, scratch);
      }
      return scratch;
    },
    dispose() {
      bySize.forEach((_scratch, batch) => evict(batch));
    },
  };
}

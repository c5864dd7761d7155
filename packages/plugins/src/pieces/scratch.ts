import type { Operand, Ops } from '@bbb/kernels';

/** What one batch size needs between the layers of a network. */
export interface Scratch {
  /** By buffer, `[batch, size]`; buffer 0, the input, is the caller's. */
  readonly outputs: readonly (Operand | undefined)[];
  /** The gradient of a buffer, allocated when it is first asked for. */
  deltas(buffer: number): Operand;
}

/** Full batches and the last, partial one. */
const KEPT_SIZES = 2;

/** Scratch by batch size, allocated once for each size; the oldest goes when a third size turns up. */
export interface ScratchPool {
  get(batch: number): Scratch;
  dispose(): void;
}

/** @param sizes numbers of one example in each buffer */
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

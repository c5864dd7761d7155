import { KernelError } from '../errors.js';
import type { Ops } from '../ops.js';
import { kernelsOnHeap } from '../wasm/kernels.js';
import { canShareMemory } from '../threads/spawn.js';
import { kernelModule } from '../wasm/module.js';
import { opsOn } from '../wasm-ops/ops-on.js';
import { createHeap, MOST_BYTES } from './heap.js';
import { heapMemory } from './memory.js';
import { sharedOps } from './shared.js';

export interface StandaloneOpsOptions {
  /** Fused multiply-add: faster, but the last bits depend on the CPU. Default false. */
  readonly fastMath?: boolean;
  /** Bytes that operands and working memory may take together, from 1 MiB to 4 GiB. Default 4 GiB. */
  readonly maximumBytes?: number;
  /**
   * Number of threads that share the work of an op, including this one. Results have the same bits. {@link Ops.threads} changes the number
   * later. A page that is not cross-origin isolated has one thread. Default: only this thread, with memory that is not shared.
   */
  readonly threads?: number;
}

const LEAST_BYTES = 2 ** 20;

/**
 * The ops on memory of their own: the same kernels and the same bits as `wasmOps`, without tfjs. Each call makes a new
 * memory, which is freed with the ops. Operands of one memory can't be used with the ops of another.
 *
 * @param options the limit of its memory, how many threads work on it, and whether multiply-adds are fused (`fastMath`, default false: then
 *   bits may differ between machines)
 * @throws KernelError `KERNEL_MEMORY` for an invalid limit, `KERNEL_THREADS` for an invalid number of threads,
 *   `KERNEL_RELAXED_UNSUPPORTED`, `KERNEL_NOT_FOUND`; `alloc` throws `KERNEL_MEMORY` beyond the limit; ops throw `KERNEL_THREADS` when a
 *   thread has ended
 */
export async function standaloneOps({
  fastMath = false,
  maximumBytes = MOST_BYTES,
  threads,
}: StandaloneOpsOptions = {}): Promise<Ops> {
  if (!(maximumBytes >= LEAST_BYTES && maximumBytes <= MOST_BYTES)) {
    throw new KernelError(
      'KERNEL_MEMORY',
      `maximumBytes is ${maximumBytes}. Expected bytes from ${LEAST_BYTES} (1 MiB) to ${MOST_BYTES} (4 GiB).`,
    );
  }
  const variant = fastMath ? 'relaxed' : 'strict';
  if (threads !== undefined && canShareMemory()) return sharedOps(variant, { maximumBytes, threads });
  const module = await kernelModule(variant);
  const heap = createHeap(new WebAssembly.Memory({ initial: 4 }), maximumBytes);
  return opsOn(heapMemory(heap, kernelsOnHeap(heap, module, variant)));
}

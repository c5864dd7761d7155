import { KernelError } from '../errors.js';
import type { Ops } from '../ops.js';
import { kernelsOfTeam } from '../threads/index.js';
import { threadSpawner, type Spawn } from '../threads/spawn.js';
import { createTeam } from '../threads/team.js';
import { kernelsOnHeap } from '../wasm/kernels.js';
import { kernelModule, type KernelVariant } from '../wasm/module.js';
import { opsOn } from '../wasm-ops/ops-on.js';
import { createHeap, MOST_PAGES } from './heap.js';
import { heapMemory } from './memory.js';

export interface SharedOpsOptions {
  readonly maximumBytes: number;
  readonly threads: number;
  /** Work that takes at least this many nanoseconds is shared. Default: see `createTeam`. */
  readonly worth?: number;
  /** How threads are started. Default: as this platform does. */
  readonly spawn?: Spawn;
}

/** The ops on a memory of their own that threads share. There is one copy of every operand, and every thread has its own working memory. */
export async function sharedOps(
  variant: KernelVariant,
  { maximumBytes, threads, worth, spawn }: SharedOpsOptions,
): Promise<Ops> {
  const module = await kernelModule(variant, true);
  const memory = sharedMemory();
  const heap = createHeap(memory, maximumBytes);
  const kernels = kernelsOnHeap(heap, module, variant);
  const team = createTeam({
    heap,
    module,
    run: kernels.run,
    workspaceBytes: kernels.run.workspaceBytes(),
    startStreamsAt: kernels.run.startStreamsAt,
    spawn: spawn ?? (await threadSpawner()),
    ...(worth === undefined ? {} : { worth }),
  });
  team.use(threads);
  return { ...opsOn(heapMemory(heap, kernelsOfTeam(kernels, team))), threads: team };
}

/** A shared memory must reserve its address space when it is made. */
function sharedMemory(): WebAssembly.Memory {
  try {
    return new WebAssembly.Memory({ initial: 4, maximum: MOST_PAGES, shared: true });
  } catch (cause) {
    throw new KernelError(
      'KERNEL_MEMORY',
      'there is no address space for a memory that threads share. Lift its limit (ulimit -v), of which WebAssembly takes 10 GB a memory, or use one thread.',
      { cause },
    );
  }
}

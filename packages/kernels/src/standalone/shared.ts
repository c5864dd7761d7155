import type { Ops } from '../ops.js';
import { kernelsOfTeam } from '../threads/index.js';
import { threadSpawner } from '../threads/spawn.js';
import { createTeam } from '../threads/team.js';
import { kernelsOnHeap } from '../wasm/kernels.js';
import { kernelModule, type KernelVariant } from '../wasm/module.js';
import { opsOn } from '../wasm-ops/ops-on.js';
import { createHeap, MOST_PAGES } from './heap.js';
import { heapMemory } from './memory.js';

export interface SharedOpsOptions {
  readonly maximumBytes: number;
  readonly threads: number;
  /** Nanoseconds from which on work is shared. Default: see `createTeam`. */
  readonly worth?: number;
}

/** The ops on a memory of their own that threads share. There is one copy of every operand; working memory is of each thread. */
export async function sharedOps(
  variant: KernelVariant,
  { maximumBytes, threads, worth }: SharedOpsOptions,
): Promise<Ops> {
  const [module, spawn] = await Promise.all([kernelModule(variant, true), threadSpawner()]);
  const memory = new WebAssembly.Memory({ initial: 4, maximum: MOST_PAGES, shared: true });
  const heap = createHeap(memory, maximumBytes);
  const kernels = kernelsOnHeap(heap, module, variant);
  const team = createTeam({
    heap,
    module,
    run: kernels.run,
    workspaceBytes: kernels.run.workspaceBytes(),
    startStreamsAt: kernels.run.startStreamsAt,
    spawn,
    ...(worth === undefined ? {} : { worth }),
  });
  team.use(threads);
  return { ...opsOn(heapMemory(heap, kernelsOfTeam(kernels, team))), threads: team };
}

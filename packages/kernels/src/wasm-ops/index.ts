import type { Ops } from '../ops.js';
import { loadKernels } from '../wasm/instance.js';
import { opsOn } from './ops-on.js';
import { tfjsMemory } from './tfjs-memory.js';

export interface WasmOpsOptions {
  /** Fused multiply-add: faster, but the last bits depend on the CPU. Default false. */
  readonly fastMath?: boolean;
}

/**
 * The ops on float32 tensors in the memory of tfjs's wasm backend, which must be active (see `startTfjs`). Without `fastMath` the
 * same calls give the same bits on every machine and engine.
 *
 * @param options `fastMath` fuses multiply-adds: faster, and bits may differ between machines. Default: false
 * @throws KernelError `KERNEL_BACKEND`, `KERNEL_TFJS_VERSION` or `KERNEL_RELAXED_UNSUPPORTED`
 */
export async function wasmOps({ fastMath = false }: WasmOpsOptions = {}): Promise<Ops> {
  return opsOn(tfjsMemory(await loadKernels(fastMath ? 'relaxed' : 'strict')));
}

import { checked } from '../checked.js';
import type { Ops } from '../ops.js';
import { loadKernels } from '../wasm/instance.js';
import { estimatorOps } from './estimators.js';
import { imageOps } from './images.js';
import { layerOps } from './layers.js';
import { localOps } from './local.js';
import { memoryOps } from './memory.js';
import { posteriorOps } from './posterior.js';

export interface WasmOpsOptions {
  /** Fused multiply-add: faster, but the last bits depend on the CPU. Default false. */
  readonly fastMath?: boolean;
}

/**
 * The ops on float32 tensors in the memory of tfjs's wasm backend, which must be active (see `startTfjs`). Without `fastMath` the
 * same calls give the same bits on every machine and engine.
 *
 * @throws KernelError `KERNEL_BACKEND`, `KERNEL_TFJS_VERSION` or `KERNEL_RELAXED_UNSUPPORTED`
 */
export async function wasmOps({ fastMath = false }: WasmOpsOptions = {}): Promise<Ops> {
  const kernels = await loadKernels(fastMath ? 'relaxed' : 'strict');
  return checked({
    name: fastMath ? 'wasm-relaxed' : 'wasm',
    ...memoryOps(kernels),
    ...layerOps(kernels),
    ...imageOps(kernels),
    ...estimatorOps(kernels),
    ...posteriorOps(kernels),
    ...localOps(kernels),
  });
}

import { installKernels, startTfjs, wasmOps, type Ops } from '@bbb/kernels';

/**
 * Starts tfjs on its WebAssembly SIMD backend in this thread, with our kernels, and gives the ops that methods are
 * written in. `relaxed` uses fused multiply-add where the engine has it.
 *
 * @throws KernelError `KERNEL_RELAXED_UNSUPPORTED` when relaxed SIMD is asked for and missing
 */
export async function startBackend(numerics: 'strict' | 'relaxed' = 'strict'): Promise<Ops> {
  await startTfjs();
  await installKernels();
  return await wasmOps({ fastMath: numerics === 'relaxed' });
}

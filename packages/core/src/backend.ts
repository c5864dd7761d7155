import { installKernels, standaloneOps, startTfjs, wasmOps, type Ops } from '@bbb/kernels';

/**
 * Starts tfjs on its WebAssembly SIMD backend in this thread, with the kernels of bbb, and returns the ops that methods are written in.
 * `relaxed` uses fused multiply-add where the engine has it.
 * @param numerics `strict`: the same bits on every machine; `relaxed`: fused multiply-add where the engine has it, faster. Default: `strict`
 * @param threads number of threads that share the work of an op, including this one. With more than one, the ops have {@link Ops.threads} and
 * their own memory, which tfjs can't use. In a page that is not cross-origin isolated, these ops run on one thread. Results
 *   have the same bits with any number. Default 1: the operands are tfjs tensors
 * @throws KernelError `KERNEL_RELAXED_UNSUPPORTED` if relaxed SIMD is asked for and missing; `KERNEL_THREADS` for an invalid number of
 *   threads
 */
export async function startBackend(
  numerics: 'strict' | 'relaxed' = 'strict',
  threads: number = 1,
): Promise<Ops> {
  const fastMath = numerics === 'relaxed';
  if (threads !== 1) return standaloneOps({ fastMath, threads });
  await startTfjs();
  await installKernels();
  return await wasmOps({ fastMath });
}

import { installKernels, standaloneOps, startTfjs, wasmOps, type Ops } from '@bbb/kernels';

/**
 * Starts tfjs on its WebAssembly SIMD backend in this thread, with our kernels, and gives the ops that methods are
 * written in. `relaxed` uses fused multiply-add where the engine has it.
 * @param numerics `strict`: the same bits on every machine; `relaxed`: fused multiply-add where the engine has it, faster. Default: `strict`
 * @param threads how many share the work of an op, this one included. With more than one the ops have a memory of their own, which tfjs
 *   knows nothing of, and {@link Ops.threads}; in a page that is not cross-origin isolated they have one all the same. The bits do not
 *   depend on it. Default 1: the operands are tfjs tensors
 * @throws KernelError `KERNEL_RELAXED_UNSUPPORTED` when relaxed SIMD is asked for and missing, `KERNEL_THREADS`
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

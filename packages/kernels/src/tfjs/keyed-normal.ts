import { engine, util, type Rank, type ShapeMap, type Tensor } from '@tensorflow/tfjs-core';
import type { Key } from '../key.js';
import { installedKernels } from './install.js';
import { wasmBackend } from './internals.js';

/**
 * N(0, 1) numbers as a float32 tensor: a pure function of the key, the same bits on every machine, unlike `tf.randomNormal`.
 * Number i does not depend on the shape. Needs `installKernels`.
 *
 * @param shape of the tensor, rank 0 to 6
 * @param key the same key gives the same numbers
 * @throws KernelError `KERNEL_BACKEND` when the kernels are not installed or tfjs's wasm backend is not active
 */
export function keyedNormal<R extends Rank>(shape: ShapeMap[R], key: Key): Tensor<R> {
  const backend = wasmBackend();
  const kernels = installedKernels(backend);
  const info = backend.makeOutput([...shape], 'float32');
  kernels.run.standardNormal(kernels.offset(info), util.sizeFromShape([...shape]), ...key);
  return engine().makeTensorFromTensorInfo(info) as Tensor<R>;
}

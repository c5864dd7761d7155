import { broadcast_util, util, type TensorInfo } from '@tensorflow/tfjs-core';
import { activation, activate } from './activation.js';
import { batchIndices } from './batches.js';
import { flag, type KernelContext, type KernelParams, type Override } from './override.js';

/** The product of matrices, batched and broadcast. */
export const batchMatMul: Override = { kernelName: 'BatchMatMul', run: product };

/** With bias and activation. ReLU is applied while a tile is in registers, other activations in a second pass. */
export const fusedMatMul: Override = {
  kernelName: '_FusedMatMul',
  run(params, context) {
    const { bias } = params.inputs;
    if (bias && bias.shape.length !== 1) return undefined;
    const name = activation(params);
    const result = product(params, context, bias, name === 'relu' || name === 'relu6');
    return result && activate(name, result, params, context);
  },
};

function product(
  params: KernelParams,
  { kernels, backend }: KernelContext,
  bias?: TensorInfo,
  relu = false,
): TensorInfo | undefined {
  const { a, b } = params.inputs;
  if (a?.dtype !== 'float32' || b?.dtype !== 'float32' || (bias && bias.dtype !== 'float32'))
    return undefined;
  // For vectors and scalars, tfjs's kernel throws its own error.
  if (a.shape.length < 2 || b.shape.length < 2) return undefined;
  const [transposeA, transposeB] = [flag(params, 'transposeA'), flag(params, 'transposeB')];
  const [m, k] = matrix(a, transposeA);
  const [inner, n] = matrix(b, transposeB);
  // tfjs's kernel throws its own error for these.
  if (k !== inner || (bias && bias.shape[0] !== n)) return undefined;

  const batchA = a.shape.slice(0, -2);
  const batchB = b.shape.slice(0, -2);
  const batch = broadcast_util.assertAndGetBroadcastShape(batchA, batchB);
  const out = backend.makeOutput([...batch, m, n], 'float32');
  const work = kernels.scratch('matmul', kernels.run.matmulWorkspace());
  const [pa, pb, pc] = [kernels.offset(a), kernels.offset(b), kernels.offset(out)];
  const pBias = bias ? kernels.offset(bias) : 0;
  const [fromA, fromB] = [batchIndices(batch, batchA), batchIndices(batch, batchB)];
  for (let i = 0; i < util.sizeFromShape(batch); i++) {
    const [ai, bi, ci] = [pa + 4 * m * k * fromA(i), pb + 4 * k * n * fromB(i), pc + 4 * m * n * i];
    kernels.run.matmul(ci, ai, bi, m, n, k, transposeA, transposeB, pBias, relu, work);
  }
  return out;
}

/** [rows, columns] of the last two dimensions, read as the transpose or not. */
function matrix({ shape }: TensorInfo, transpose: boolean): [number, number] {
  const [rows = 1, columns = 1] = shape.slice(-2);
  return transpose ? [columns, rows] : [rows, columns];
}

import { matMul, reshape, sum, type GradConfig, type Tensor } from '@tensorflow/tfjs-core';
import { at, single } from './define.js';

/** C = op(A) op(B): each side's gradient is again a product, with the transposes moved. `tf.fused.matMul` has its own gradient, which uses these. */
export const matmulGradient: GradConfig = {
  kernelName: 'BatchMatMul',
  inputsToSave: ['a', 'b'],
  gradFunc: (dy, saved, attrs) => {
    const [d, a, b] = [single(dy), at(saved, 0), at(saved, 1)];
    const [ta, tb] = [Boolean(attrs['transposeA']), Boolean(attrs['transposeB'])];
    return {
      a: () => sumBatches(ta ? matMul(b, d, tb, true) : matMul(d, b, false, !tb), a.shape),
      b: () => sumBatches(tb ? matMul(d, a, true, ta) : matMul(a, d, !ta, false), b.shape),
    };
  },
};

/** Sums over the batch dimensions along which the operand was broadcast. */
function sumBatches(x: Tensor, shape: number[]): Tensor {
  const extra = x.rank - shape.length;
  const axes = x.shape.flatMap((size, i) =>
    i < extra || (size !== 1 && shape[i - extra] === 1 && i < x.rank - 2) ? [i] : [],
  );
  return axes.length > 0 ? reshape(sum(x, axes), shape) : x;
}

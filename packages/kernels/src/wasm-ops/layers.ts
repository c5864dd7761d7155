import type { Operand, Ops } from '../ops.js';
import { compressedProduct } from '../wasm/sparse.js';
import type { OperandMemory } from './operand-memory.js';

type Layers = Pick<
  Ops,
  'matmul' | 'sumRows' | 'relu' | 'reluBackward' | 'tanh' | 'tanhBackward' | 'softmaxCrossEntropy' | 'softmax'
>;

/** Rows and columns; the shapes have been checked. */
const sizes = ({ shape }: Operand): [number, number] => [shape[0]!, shape[1]!];

export function layerOps({ kernels, at, sizeOf }: OperandMemory): Layers {
  const { run } = kernels;
  const softmaxWork = (rows: number, classes: number): number =>
    kernels.scratch('softmax', 4 * rows * (classes + 3));
  return {
    matmul(out, a, b, { transposeA = false, transposeB = false, bias, relu = false } = {}) {
      const [m, n] = sizes(out);
      const k = sizes(a)[transposeA ? 0 : 1];
      const add = bias ? at(bias) : 0;
      if (!transposeA && !transposeB) {
        const product = { out: at(out), a: at(a), b: at(b), m, n, k, bias: add, relu };
        if (compressedProduct(kernels, product)) return;
      }
      const work = kernels.scratch('matmulSkippingZeros', run.matmulSkippingZerosWorkspace());
      run.matmulSkippingZeros(at(out), at(a), at(b), m, n, k, transposeA, transposeB, add, relu, work);
    },
    sumRows: (out, a) => run.sumRows(at(out), at(a), ...sizes(a)),
    relu: (out, x) => run.relu(at(out), at(x), sizeOf(x)),
    tanh: (out, x) => run.tanh(at(out), at(x), sizeOf(x)),
    tanhBackward: (grad, activation) => run.tanhBackward(at(grad), at(activation), sizeOf(grad)),
    reluBackward: (grad, activation, scale) =>
      run.reluBackward(at(grad), at(activation), sizeOf(grad), scale),
    softmaxCrossEntropy(logits, labels, grad, scale = 1) {
      const [rows, classes] = sizes(logits);
      const work = softmaxWork(rows, classes);
      const bytes = kernels.scratch('labels', rows);
      kernels.u8(bytes, rows).set(labels);
      const correct = run.countCorrect(at(logits), bytes, rows, classes);
      const nll = run.crossEntropy(at(logits), bytes, grad ? at(grad) : 0, rows, classes, scale, work);
      return { nll, correct };
    },
    softmax(out, logits) {
      const [rows, classes] = sizes(logits);
      run.softmax(at(out), at(logits), rows, classes, softmaxWork(rows, classes));
    },
  };
}

import { Domain, streamWords } from '../random/stream.js';
import { dropThreshold } from '../random/mask.js';
import type { Ops } from '../ops.js';
import { channelIndices } from './channels.js';
import { data } from './operand.js';

type Layers = Pick<
  Ops,
  | 'gatherPixels'
  | 'matmul'
  | 'sumRows'
  | 'relu'
  | 'reluBackward'
  | 'tanh'
  | 'tanhBackward'
  | 'dropout'
  | 'softmaxCrossEntropy'
  | 'softmax'
>;

export const layers: Layers = {
  gatherPixels(out, images, rows, divisor) {
    const pixels = data(out).length / rows.length;
    data(out).forEach((_, i, all) => {
      all[i] = images[rows[Math.floor(i / pixels)]! * pixels + (i % pixels)]! / divisor;
    });
  },

  matmul(out, a, b, { transposeA = false, transposeB = false, bias, relu = false } = {}) {
    const [m, n] = [out.shape[0]!, out.shape[1]!];
    const k = a.shape[transposeA ? 0 : 1]!;
    const [x, y, z] = [data(a), data(b), data(out)];
    for (let i = 0; i < m; i++) {
      for (let j = 0; j < n; j++) {
        let sum = bias ? data(bias)[j]! : 0;
        for (let l = 0; l < k; l++)
          sum += x[transposeA ? l * m + i : i * k + l]! * y[transposeB ? j * k + l : l * n + j]!;
        z[i * n + j] = relu ? Math.max(0, sum) : sum;
      }
    }
  },

  sumRows(out, a) {
    const sums = data(out).fill(0);
    data(a).forEach((value, i) => (sums[i % sums.length]! += value));
  },

  reluBackward(grad, activation, scale) {
    data(grad).forEach((g, i, all) => (all[i] = data(activation)[i]! > 0 ? g * scale : 0));
  },

  relu(out, x) {
    data(x).forEach((value, i) => (data(out)[i] = Math.max(0, value)));
  },

  tanh(out, x) {
    data(x).forEach((value, i) => (data(out)[i] = Math.tanh(value)));
  },

  tanhBackward(grad, activation) {
    data(grad).forEach((g, i, all) => (all[i] = g * (1 - data(activation)[i]! ** 2)));
  },

  dropout(out, x, p, key, positions = 1) {
    const index = channelIndices(x, positions);
    const words = streamWords(key, Domain.mask, index.count);
    const threshold = dropThreshold(p);
    data(x).forEach((value, i) => (data(out)[i] = words[index.of(i)]! >= threshold ? value / (1 - p) : 0));
  },

  softmaxCrossEntropy(logits, labels, grad, scale = 1) {
    const classes = logits.shape[1]!;
    let [nll, correct] = [0, 0];
    labels.forEach((label, r) => {
      const row = data(logits).slice(r * classes, (r + 1) * classes);
      const { probabilities, logSum } = softmaxOf(row);
      nll += logSum - row[label]!;
      if (row.indexOf(Math.max(...row)) === label) correct++;
      if (grad) {
        probabilities.forEach((p, c) => {
          data(grad)[r * classes + c] = scale * (p - (c === label ? 1 : 0));
        });
      }
    });
    return { nll, correct };
  },

  softmax(out, logits) {
    const classes = logits.shape[1]!;
    for (let r = 0; r < logits.shape[0]!; r++) {
      const { probabilities } = softmaxOf(data(logits).slice(r * classes, (r + 1) * classes));
      data(out).set(probabilities, r * classes);
    }
  },
};

/** Softmax of a row, and the logarithm of the sum of its exponentials. */
function softmaxOf(row: Float64Array): { probabilities: Float64Array; logSum: number } {
  const largest = Math.max(...row);
  const logSum = largest + Math.log(row.reduce((sum, z) => sum + Math.exp(z - largest), 0));
  return { probabilities: row.map((z) => Math.exp(z - logSum)), logSum };
}

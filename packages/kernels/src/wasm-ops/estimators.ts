import { log } from '../math/log.js';
import type { EstimatorOp } from '../estimator-op.js';
import type { Operand, Ops } from '../ops.js';
import { dropThreshold } from '../random/mask.js';
import type { OperandMemory } from './operand-memory.js';

type Estimators = Pick<Ops, 'dropout' | EstimatorOp>;

/** Elementwise passes, some with a random number for every element or for every channel of an example. */
export function estimatorOps({ kernels, at, sizeOf }: OperandMemory): Estimators {
  const { run } = kernels;
  /** Examples, positions, channels, and room for a word for every channel. */
  const channelsOf = (x: Operand, positions: number): [[number, number, number], number] => {
    const examples = x.shape[0] ?? 1;
    const numbers = sizeOf(x) / positions;
    const words = kernels.scratch('channels', 4 * (numbers + 20));
    return [[examples, positions, numbers / examples], words];
  };
  return {
    dropout(out, x, p, key, positions = 1) {
      const mask = [...key, dropThreshold(p), 1 / (1 - p)] as const;
      if (positions === 1) return run.dropout(at(out), at(x), sizeOf(x), ...mask);
      const [sizes, words] = channelsOf(x, positions);
      run.dropoutChannels(at(out), at(x), ...sizes, ...mask, words);
    },
    log: (out, x) => run.log(at(out), at(x), sizeOf(x)),
    sigmoid: (out, x) => run.sigmoid(at(out), at(x), sizeOf(x)),
    square: (out, x) => run.multiply(at(out), at(x), at(x), sizeOf(x)),
    subtract: (out, a, b) => run.subtract(at(out), at(a), at(b), sizeOf(a)),
    multiply: (out, a, b) => run.multiply(at(out), at(a), at(b), sizeOf(a)),
    addProduct: (out, a, b, scale) => run.addProduct(at(out), at(a), at(b), sizeOf(a), scale),
    multiplySigns(out, x, key, positions = 1, accumulate = false) {
      if (positions === 1) return run.multiplySigns(at(out), at(x), sizeOf(x), ...key, accumulate);
      const [sizes, words] = channelsOf(x, positions);
      run.multiplySignsOfChannels(at(out), at(x), ...sizes, ...key, accumulate, words);
    },
    concreteMask(out, p, temperature, key, positions = 1) {
      const args = [...key, log(p / (1 - p)), 1 / temperature, 1 / (1 - p)] as const;
      if (positions === 1) return run.concreteMask(at(out), sizeOf(out), ...args);
      const [sizes, work] = channelsOf(out, positions);
      run.concreteMaskOfChannels(at(out), ...sizes, ...args, work);
    },
    sampleActivations: (out, mean, variance, key, slope) =>
      run.sampleActivations(at(out), at(mean), at(variance), slope ? at(slope) : 0, sizeOf(mean), ...key),
    sampleWeights(out, mean, variance, key, x) {
      const [n, inputs] = [sizeOf(mean), mean.shape[0]!];
      const used = kernels.scratch('used', Math.ceil(n / 16));
      run.usedGroups(used, at(x), sizeOf(x) / inputs, inputs, n / inputs);
      run.sampleWeights(at(out), at(mean), at(variance), used, n, ...key);
    },
  };
}

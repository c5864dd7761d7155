import { checkPositions, fail, matrix, sameSize } from './checks.js';
import type { EstimatorOp } from './estimator-op.js';
import type { Ops } from './ops.js';

type Elementwise = Pick<Ops, EstimatorOp>;

/** The part of {@link checked} for elementwise ops of estimators. */
export function checkedElementwise(ops: Ops): Elementwise {
  return {
    log(out, x) {
      sameSize('log', out, x);
      ops.log(out, x);
    },
    sigmoid(out, x) {
      sameSize('sigmoid', out, x);
      ops.sigmoid(out, x);
    },
    square(out, x) {
      sameSize('square', out, x);
      ops.square(out, x);
    },
    subtract(out, a, b) {
      sameSize('subtract', out, a);
      sameSize('subtract', a, b);
      ops.subtract(out, a, b);
    },
    multiply(out, a, b) {
      sameSize('multiply', out, a);
      sameSize('multiply', a, b);
      ops.multiply(out, a, b);
    },
    addProduct(out, a, b, scale) {
      sameSize('addProduct', out, a);
      sameSize('addProduct', a, b);
      ops.addProduct(out, a, b, scale);
    },
    multiplySigns(out, x, key, positions = 1, accumulate = false) {
      sameSize('multiplySigns', out, x);
      checkPositions('multiplySigns', x, positions);
      ops.multiplySigns(out, x, key, positions, accumulate);
    },
    sampleActivations(out, mean, variance, key, slope) {
      sameSize('sampleActivations', out, mean);
      sameSize('sampleActivations', mean, variance);
      if (slope) sameSize('sampleActivations', mean, slope);
      ops.sampleActivations(out, mean, variance, key, slope);
    },
    sampleWeights(out, mean, variance, key, x) {
      sameSize('sampleWeights', out, mean);
      sameSize('sampleWeights', mean, variance);
      const [inputs, columns] = [matrix('sampleWeights', mean)[0], matrix('sampleWeights', x)[1]];
      if (inputs !== columns)
        fail(`sampleWeights got weights of ${inputs} inputs and examples of ${columns}; expected the same.`);
      ops.sampleWeights(out, mean, variance, key, x);
    },
    concreteMask(out, p, temperature, key, positions = 1) {
      checkPositions('concreteMask', out, positions);
      if (!(p > 0 && p < 1)) fail(`concreteMask got p = ${p}; expected 0 < p < 1.`);
      if (!(temperature > 0)) fail(`concreteMask got the temperature ${temperature}; expected one above 0.`);
      ops.concreteMask(out, p, temperature, key, positions);
    },
  };
}

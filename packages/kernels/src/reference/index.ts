import { checked } from '../checked.js';
import type { Ops } from '../ops.js';
import { estimators } from './estimators.js';
import { gaussian } from './gaussian.js';
import { images } from './images.js';
import { layers } from './layers.js';
import { local } from './local.js';
import { data, Float64Operand } from './operand.js';
import { descend } from './optimizer.js';
import { logPrior, priorSlope } from './prior.js';

/**
 * The ops in plain TypeScript and double precision, with the same random words as {@link wasmOps}. They are for tests: they are slow, and their
 * last bits depend on the engine's Math.exp and Math.log.
 */
export function referenceOps(): Ops {
  return checked({
    name: 'reference',
    alloc: (shape) => new Float64Operand(shape),
    // The garbage collector frees the arrays.
    free: () => undefined,
    read: (x) => data(x).slice(),
    write: (x, values) => data(x).set(values),
    copy: (out, x) => data(out).set(data(x)),
    fillWhereZero(x, keep, value) {
      keep.forEach((kept, i) => {
        if (!kept) data(x)[i] = value;
      });
    },
    ...layers,
    ...images,
    ...estimators,
    ...gaussian,
    ...local,
    updatePoint(w, { grad, prior, priorWeight, rule, moments }) {
      data(grad).forEach((g, i) => {
        const gradient = g - priorWeight * priorSlope(data(w)[i]!, prior);
        descend(rule, data(w), moments.map(data), i, gradient);
      });
    },
    logPrior: (w, prior) => data(w).reduce((sum, value) => sum + logPrior(value, prior), 0),
  });
}

import assert from 'node:assert/strict';
import { exp, type Likelihood, type LikelihoodContext, type LikelihoodParams, type Targets } from '@bbb/core';
import { referenceOps, type Operand } from '@bbb/kernels';
import type { Check } from './check.js';

const ops = referenceOps();
/** Number of values whose sum approximates the integral over a real target. */
const GRID = 4001;
/** Half the width of that grid, in standard deviations of the target. */
const REACH = 12;

/** The likelihood under test, with outputs and parameters. */
interface CurvatureBench {
  readonly outputs: Operand;
  readonly parameters: LikelihoodParams;
  readonly numbers: Readonly<Record<string, ArrayLike<number>>>;
}

/** Checks for a likelihood that has `hessianRoot`. */
export function curvatureChecks(
  likelihood: Likelihood,
  context: LikelihoodContext,
  { outputs, parameters, numbers }: CurvatureBench,
): Check[] {
  if (!likelihood.hessianRoot) return [];
  return [
    {
      name: 'hessianRoot is a root of the Fisher information of the outputs',
      run() {
        const width = likelihood.outputs;
        const values = ops.read(outputs);
        const columns = likelihood.hessianRoot!(values, numbers);
        for (let row = 0; row < outputs.shape[0]!; row++) {
          const one = ops.alloc([1, width]);
          ops.write(one, values.subarray(row * width, (row + 1) * width));
          const expected = fisher(likelihood, context, one, parameters);
          for (let k = 0; k < width * width; k++) {
            const [i, j] = [row * width + Math.floor(k / width), row * width + (k % width)];
            const actual = columns.reduce((sum, column) => sum + column[i]! * column[j]!, 0);
            assert.ok(
              Math.abs(actual - expected[k]!) <= 1e-6 * (1 + Math.abs(actual)),
              `The product of the hessianRoot columns must be the Fisher information. In row ${row} it is ${actual}, and the Fisher information is ${expected[k]}`,
            );
          }
        }
      },
    },
  ];
}

/** The Fisher matrix sum_y p(y) g g^T, where g is the gradient of the NLL of y with respect to the outputs of one example. */
function fisher(
  likelihood: Likelihood,
  context: LikelihoodContext,
  outputs: Operand,
  parameters: LikelihoodParams,
): Float64Array {
  const width = likelihood.outputs;
  const { targets, step } = everyTarget(context);
  const sum = new Float64Array(width * width);
  const slope = ops.alloc([1, width]);
  const own = Object.fromEntries(likelihood.parameters.map(({ name, shape }) => [name, ops.alloc(shape)]));
  for (let y = 0; y < targets.length; y++) {
    const { nll } = likelihood.nll(ops, outputs, targets.slice(y, y + 1), parameters, {
      outputs: slope,
      parameters: own,
      scale: 1,
    });
    const g = ops.read(slope);
    const share = exp(-nll) * step;
    for (let k = 0; k < sum.length; k++) sum[k]! += share * g[Math.floor(k / width)]! * g[k % width]!;
  }
  return sum;
}

/** All classes, or real targets that are evenly spaced. */
function everyTarget({ target, scaling = { mean: 0, sd: 1 } }: LikelihoodContext): {
  targets: Targets;
  step: number;
} {
  if (target.kind === 'class')
    return { targets: Uint8Array.from({ length: target.classes }, (_, c) => c), step: 1 };
  const step = (2 * REACH * scaling.sd) / (GRID - 1);
  const targets = Float32Array.from({ length: GRID }, (_, i) => scaling.mean - REACH * scaling.sd + i * step);
  return { targets, step };
}

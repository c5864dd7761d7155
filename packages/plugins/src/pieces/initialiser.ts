import { sizeOf, uniform, type MethodContext, type ParamSpec, type WeightSpec } from '@bbb/core';
import type { Key, Ops } from '@bbb/kernels';
import { z } from 'zod';
import { allocWeights, readFloat32, weightKey, type Operands } from './operands.js';

/**
 * How weights are initialised.
 * - `fan-in`: weights and biases U(-b, b), b = 1/sqrt(inputs that an output sums over), as torch.nn.Linear and Conv2d do.
 * - `uniform`: weights and biases U(-bound, bound).
 * - `he`: weights N(0, 2/inputs), biases 0 (He et al. 2015, equation 10).
 */
export const initialiserSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('fan-in') }),
  z.strictObject({ kind: z.literal('uniform'), bound: z.number().nonnegative() }),
  z.strictObject({ kind: z.literal('he') }),
]);
export type Initialiser = z.output<typeof initialiserSchema>;

/**
 * New weights, a pure function of the key. Each tensor has its own stream of random numbers.
 *
 * @param context its ops and architecture
 * @param initialiser the distribution that weights start from
 * @param key each tensor draws from a key of its own, folded from this one
 * @returns one operand for each weight tensor; the caller frees them
 */
export function initialWeights(
  { ops, architecture }: Pick<MethodContext, 'ops' | 'architecture'>,
  initialiser: Initialiser,
  key: Key,
): Operands {
  const weights = allocWeights(ops, architecture.weights);
  for (const spec of architecture.weights) {
    ops.write(weights[spec.name]!, initialValues(ops, spec, initialiser, weightKey(key, spec.name)));
  }
  return weights;
}

/**
 * New parameters of the likelihood, filled with its initial values.
 * @param context ops that allocate the operands, and the likelihood of the trial
 * @returns operands by parameter name; the caller disposes of them
 */
export function initialLikelihood({ ops, likelihood }: Pick<MethodContext, 'ops' | 'likelihood'>): Operands {
  const params = allocWeights(ops, likelihood.parameters);
  for (const { name, shape, initial } of likelihood.parameters)
    ops.write(params[name]!, new Float64Array(sizeOf(shape)).fill(initial));
  return params;
}

/**
 * The parameters of the likelihood as parameters of a model. They belong to no weight, so pruning leaves them alone.
 * @param context the likelihood of the trial
 */
export function likelihoodSpecs({ likelihood }: Pick<MethodContext, 'likelihood'>): ParamSpec[] {
  return likelihood.parameters.map(({ name, shape }) => ({ name, shape, pruned: 0 }));
}

function initialValues(
  ops: Ops,
  { shape, role, fanIn }: WeightSpec,
  initialiser: Initialiser,
  key: Key,
): Float32Array {
  const count = sizeOf(shape);
  switch (initialiser.kind) {
    case 'fan-in': {
      const bound = 1 / Math.sqrt(fanIn);
      return uniform(key, count, -bound, bound);
    }
    case 'uniform':
      return uniform(key, count, -initialiser.bound, initialiser.bound);
    case 'he':
      return role === 'bias' ? new Float32Array(count) : normal(ops, count, Math.sqrt(2 / fanIn), key);
  }
}

function normal(ops: Ops, count: number, sd: number, key: Key): Float32Array {
  const z = ops.alloc([count]);
  ops.standardNormal(z, key);
  const values = readFloat32(ops, z).map((value) => value * sd);
  ops.free(z);
  return values;
}

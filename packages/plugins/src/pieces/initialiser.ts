import { sizeOf, uniform, weightSpecs, type Architecture, type WeightSpec } from '@bbb/core';
import type { Key, Ops } from '@bbb/kernels';
import { z } from 'zod';
import { allocWeights, readFloat32, weightKey, type Operands } from './operands.js';

/**
 * Where the weights start.
 * - `fan-in`: weights and biases U(-b, b), b = 1/sqrt(inputs of the layer), as torch.nn.Linear does.
 * - `uniform`: weights and biases U(-bound, bound).
 * - `he`: weights N(0, 2/inputs), biases 0 (He et al. 2015, equation 10).
 */
export const initialiserSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('fan-in') }),
  z.strictObject({ kind: z.literal('uniform'), bound: z.number().nonnegative() }),
  z.strictObject({ kind: z.literal('he') }),
]);
export type Initialiser = z.output<typeof initialiserSchema>;

/** Fresh weights, a pure function of the key; each tensor has a stream of its own. */
export function initialWeights(
  ops: Ops,
  architecture: Architecture,
  initialiser: Initialiser,
  key: Key,
): Operands {
  const specs = weightSpecs(architecture);
  const weights = allocWeights(ops, specs);
  for (const spec of specs) {
    const inputs = [architecture.inputs, ...architecture.hidden][spec.layer]!;
    ops.write(weights[spec.name]!, initialValues(ops, spec, inputs, initialiser, weightKey(key, spec.name)));
  }
  return weights;
}

function initialValues(
  ops: Ops,
  spec: WeightSpec,
  inputs: number,
  initialiser: Initialiser,
  key: Key,
): Float32Array {
  const count = sizeOf(spec.shape);
  switch (initialiser.kind) {
    case 'fan-in': {
      const bound = 1 / Math.sqrt(inputs);
      return uniform(key, count, -bound, bound);
    }
    case 'uniform':
      return uniform(key, count, -initialiser.bound, initialiser.bound);
    case 'he':
      return spec.role === 'bias' ? new Float32Array(count) : normal(ops, count, Math.sqrt(2 / inputs), key);
  }
}

function normal(ops: Ops, count: number, sd: number, key: Key): Float32Array {
  const z = ops.alloc([count]);
  ops.standardNormal(z, key);
  const values = readFloat32(ops, z).map((value) => value * sd);
  ops.free(z);
  return values;
}

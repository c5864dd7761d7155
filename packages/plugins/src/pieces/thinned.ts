import { fold, type MethodContext } from '@bbb/core';
import type { Key, Operand, Ops } from '@bbb/kernels';
import { readFloat32, type Operands } from './operands.js';
import type { UnitDropout } from './pass.js';
import { dropsInputs } from './plan.js';
import type { WeightNoise } from './point-model.js';

/**
 * One draw of Monte Carlo dropout: a network whose weights are w = diag(z) W, z one mask for each layer's inputs, the same
 * for every example (Gal & Ghahramani 2016, section 3). The draws of one example are those of training; one network
 * for all examples means that a result cannot depend on how the data were cut into batches.
 *
 * @param context its ops and architecture
 * @param rates probability that a unit is dropped: `pInput` of an input, `p` of a hidden unit
 * @returns undefined where nothing is dropped
 */
export function thinned(
  { ops, architecture }: MethodContext,
  { p, pInput }: UnitDropout,
): WeightNoise | undefined {
  const inputs = pInput > 0 && dropsInputs(architecture);
  if (!inputs && p === 0) return undefined;
  return thinnedBy({ ops, architecture }, (layer) => (layer > 0 ? p : inputs ? pInput : undefined));
}

/**
 * {@link thinned} with a rate for each layer.
 * @param rateOf probability of dropping an input unit of a layer with weights, given the parameters; undefined where none is dropped
 */
export function thinnedBy(
  { ops, architecture }: Pick<MethodContext, 'ops' | 'architecture'>,
  rateOf: (layer: number, params: Operands) => number | undefined,
): WeightNoise {
  return (out, weights, key) => {
    for (const { name, layer, role, inputUnits } of architecture.weights) {
      const rate = role === 'bias' ? undefined : rateOf(layer, weights);
      if (rate === undefined) {
        ops.copy(out[name]!, weights[name]!);
        continue;
      }
      const survivors = mask(ops, inputUnits, rate, fold(key, 'unit', layer));
      scaleRows(ops, out[name]!, weights[name]!, survivors);
    }
  };
}

/** 0 with probability p, else 1/(1 - p). */
function mask(ops: Ops, units: number, p: number, key: Key): Float32Array {
  const z = ops.alloc([units]);
  ops.write(z, new Float32Array(units).fill(1));
  ops.dropout(z, z, p, key);
  const values = readFloat32(ops, z);
  ops.free(z);
  return values;
}

/** out[i, :] = scale[i modulo units] x[i, :], for a weight as a matrix with one column for each output. */
function scaleRows(ops: Ops, out: Operand, x: Operand, scale: Float32Array): void {
  const columns = x.shape.at(-1)!;
  ops.write(
    out,
    ops.read(x).map((value, i) => value * scale[Math.floor(i / columns) % scale.length]!),
  );
}

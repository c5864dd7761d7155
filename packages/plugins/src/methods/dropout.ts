import { fold, weightSpecs, type Batch, type Method, type MethodContext } from '@bbb/core';
import type { Key, Operand, Ops } from '@bbb/kernels';
import { z } from 'zod';
import { plainLoss, type Loss } from '../pieces/loss.js';
import { backward, forwardWithDropout } from '../pieces/mlp.js';
import { readFloat32, type Operands } from '../pieces/operands.js';
import { initialiserOption, probability } from '../pieces/option-schemas.js';
import { pointModel, type WeightNoise } from '../pieces/point-model.js';
import { pointTrainer } from '../pieces/point-trainer.js';
import { scratchPool } from '../pieces/scratch.js';

export const dropoutOptions = z.strictObject({
  p: probability.default(0.5).describe('Probability of dropping a hidden unit.'),
  pInput: probability.default(0.2).describe('Probability of dropping an input.'),
  initialiser: initialiserOption({ kind: 'fan-in' }),
});
export type DropoutOptions = z.output<typeof dropoutOptions>;

/** Probabilities of dropping a hidden unit and an input. */
export type DropoutRates = Pick<DropoutOptions, 'p' | 'pInput'>;

/**
 * -log P(D_i | w, z), z one Bernoulli mask for each example and unit, survivors scaled by 1/(1 - p) so that the mean
 * activation is that of the whole network.
 */
export function dropoutLoss(context: MethodContext, { p, pInput }: DropoutRates): Loss {
  if (p === 0 && pInput === 0) return plainLoss(context);
  const { ops, architecture } = context;
  const pool = scratchPool(ops, architecture);
  const run = (weights: Operands, batch: Batch, key: Key) => {
    const scratch = pool.get(batch.labels.length);
    forwardWithDropout(ops, weights, batch.x, scratch, { p, pInput, key });
    return scratch;
  };
  return {
    value(weights, batch, key) {
      return ops.softmaxCrossEntropy(run(weights, batch, key).outputs.at(-1)!, batch.labels);
    },
    gradient(weights, batch, key, scale, grads) {
      const scratch = run(weights, batch, key);
      return backward(ops, weights, scratch.input, batch.labels, scratch, grads, scale, p);
    },
    dispose: () => pool.dispose(),
  };
}

/**
 * One draw of Monte Carlo dropout: a network whose weights are w = diag(z) W, z one mask for each layer's inputs, the same
 * for every example (Gal & Ghahramani 2016, section 3). The draws of one example are those of training; one network
 * for all examples means that a result cannot depend on how the data were cut into batches.
 */
export function thinned({ ops, architecture }: MethodContext, { p, pInput }: DropoutRates): WeightNoise {
  return (out, weights, key) => {
    for (const { name, layer, role, shape } of weightSpecs(architecture)) {
      if (role === 'bias') {
        ops.copy(out[name]!, weights[name]!);
        continue;
      }
      const survivors = mask(ops, shape[0]!, layer === 0 ? pInput : p, fold(key, 'unit', layer));
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

/** out[i, :] = scale[i] x[i, :]. */
function scaleRows(ops: Ops, out: Operand, x: Operand, scale: Float32Array): void {
  const columns = x.shape[1]!;
  ops.write(
    out,
    ops.read(x).map((value, i) => value * scale[Math.floor(i / columns)]!),
  );
}

export const dropout: Method<DropoutOptions> = {
  description: 'Dropout on inputs and hidden units, in training and, for sampled predictions, afterwards.',
  source: 'Srivastava et al. 2014; Monte Carlo prediction: Gal & Ghahramani 2016, arXiv 1506.02142',
  options: dropoutOptions,
  pruner: 'magnitude',
  create(options, context) {
    const noisy = options.p > 0 || options.pInput > 0;
    return {
      model: pointModel(context, options.initialiser, noisy ? thinned(context, options) : undefined),
      trainer: pointTrainer(context, dropoutLoss(context, options), { kind: 'flat' }),
    };
  },
};

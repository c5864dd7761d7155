import { fold, linearLayers, sizeOf, type LinearLayer, type MethodContext } from '@bbb/core';
import type { Key, Operand, Ops } from '@bbb/kernels';
import { rateAt, rateName } from './concrete-rates.js';
import { lazy } from './lazy.js';
import { atWeights, lossAlong, type Loss } from './loss.js';
import { allocWeights, freeAll, type Operands } from './operands.js';
import { networkPass, type LinearPart } from './pass.js';
import { scratchPool } from './scratch.js';

/**
 * -log P(D_i | w, z) with relaxed Bernoulli masks z on the inputs of layers, one for each example and unit (Gal, Hron & Kendall 2017,
 * section 3), and its gradients with respect to the weights and to the layers' logit p. An input becomes x (1 - z) / (1 - p), so that the
 * mean activation is that of the whole network.
 *
 * @param context ops, architecture, likelihood and optimiser of the trial
 * @param temperature of the relaxation, above 0: near 0 masks are nearly 0 or 1, and gradients of the rates vary more
 */
export function concreteLoss(context: MethodContext, temperature: number): Loss {
  const { ops, architecture } = context;
  const pass = networkPass(ops, architecture);
  const layers = linearLayers(architecture);
  // Buffer 0 is not used. Each layer has two buffers: for its inputs after dropout, and for the factors.
  const pool = scratchPool(ops, [0, ...layers.flatMap(({ inShape }) => [sizeOf(inShape), sizeOf(inShape)])]);
  const sums = lazy(() =>
    allocWeights(
      ops,
      layers.map(({ weight, inShape }) => ({ name: weight.name, shape: [sizeOf(inShape)] })),
    ),
  );
  const buffersOf = ({ weight }: LinearLayer, batch: number) => {
    const scratch = pool.get(batch);
    const first = 1 + 2 * weight.layer;
    return {
      dropped: scratch.outputs[first]!,
      factors: scratch.outputs[first + 1]!,
      delta: () => scratch.deltas(first),
    };
  };
  const columnsOf = ({ weight }: LinearLayer): Operand => sums.get()[weight.name]!;

  const part = (weights: Operands, key: Key, grads: Operands = {}): LinearPart => {
    const plain = atWeights(ops, weights, grads);
    const rate = ({ weight }: LinearLayer): number | undefined => rateAt(context, weights, weight.layer);
    return {
      forward(layer, out, x, relu) {
        const p = rate(layer);
        if (p === undefined) return plain.forward(layer, out, x, relu);
        const { dropped, factors } = buffersOf(layer, x.shape[0]!);
        const noise = fold(key, 'concrete', layer.weight.layer);
        ops.concreteMask(factors, p, temperature, noise, sizeOf(layer.inShape) / layer.weight.inputUnits);
        ops.multiply(dropped, x, factors);
        plain.forward(layer, out, dropped, relu);
      },
      backward(layer, dx, dOut, x) {
        const p = rate(layer);
        if (p === undefined) return plain.backward(layer, dx, dOut, x);
        const { dropped, factors, delta } = buffersOf(layer, x.shape[0]!);
        const dDropped = delta();
        plain.backward(layer, dDropped, dOut, dropped);
        if (dx) ops.multiply(dx, dDropped, factors);
        // A factor f = (1 - z) / (1 - p) has d f / d logit p = f (p - z / temperature), and z = 1 - (1 - p) f.
        ops.multiply(dropped, dropped, dDropped);
        const first = sumOf(ops, dropped, columnsOf(layer));
        ops.multiply(dropped, dropped, factors);
        const second = sumOf(ops, dropped, columnsOf(layer));
        const slope = (p - 1 / temperature) * first + ((1 - p) / temperature) * second;
        ops.write(grads[rateName(layer.weight.layer)]!, [slope]);
      },
    };
  };
  return {
    ...lossAlong(context, pass, part),
    dispose() {
      sums.dispose((operands) => freeAll(ops, operands));
      pool.dispose();
      pass.dispose();
    },
  };
}

/** The sum of all elements of a matrix. `columns` receives the sums of its columns, which are added up in float64. */
function sumOf(ops: Ops, matrix: Operand, columns: Operand): number {
  ops.sumRows(columns, matrix);
  return Array.from(ops.read(columns)).reduce((sum, value) => sum + value, 0);
}

import type { Operand } from '@bbb/kernels';
import { overBatches, type CurvatureInput, type ForwardBatch } from './over-batches.js';
import { addByExample, addFromSquares, meetsOnce } from './squared-gradients.js';
import { addTo, scaleAll, withOperands, zeros, type ByWeight } from './sums.js';

/** Means over the examples, by weight name, in nats per example. */
export interface GradientMoments {
  /** Mean of dL_n / dw, where L_n is the negative log-likelihood of example n. */
  readonly mean: ByWeight;
  /** Mean of (dL_n / dw)^2: the diagonal of the empirical Fisher matrix. Only if asked for. */
  readonly meanSquare?: ByWeight;
}

/**
 * The gradient of the negative log-likelihood, without a prior. Batches are summed in float64.
 * @param input ops, architecture, weights, likelihood and the examples to sum over
 * @param options squares: whether to compute the mean squares, too, which doubles the time. Default: false
 * @throws BbbError `E_CURVATURE` without examples
 */
export function gradientMoments(
  input: CurvatureInput,
  { squares = false }: { readonly squares?: boolean } = {},
): GradientMoments {
  const { ops, architecture, examples } = input;
  const mean = zeros(architecture.weights);
  const meanSquare = squares ? zeros(architecture.weights) : undefined;
  overBatches(input, (batch) => {
    lossSlope(input, batch);
    batch.pass.backward(batch.slope, (layer, x, dOut) => {
      withOperands(ops, [layer.weight.shape, layer.bias.shape], (dWeight, dBias) => {
        layer.gradients(ops, dWeight, dBias, x, dOut);
        addTo(ops, mean[layer.weight.name]!, dWeight);
        addTo(ops, mean[layer.bias.name]!, dBias);
      });
      if (!meanSquare) return;
      if (!meetsOnce(layer)) return addByExample(ops, meanSquare, layer, x, dOut);
      withOperands(ops, [dOut.shape], (d2) => {
        ops.square(d2, dOut);
        addFromSquares(ops, meanSquare, layer, x, d2);
      });
    });
  });
  const perExample = 1 / examples.rows.length;
  return {
    mean: scaleAll(mean, perExample),
    ...(meanSquare ? { meanSquare: scaleAll(meanSquare, perExample) } : {}),
  };
}

/** Writes the gradient of each row's negative log-likelihood with respect to its outputs. */
function lossSlope({ ops, likelihood, network }: CurvatureInput, batch: ForwardBatch): void {
  const names = likelihood.parameters.map(({ name }) => name);
  withOperands(
    ops,
    likelihood.parameters.map(({ shape }) => shape),
    (...operands: Operand[]) => {
      const parameters = Object.fromEntries(operands.map((operand, i) => [names[i]!, operand]));
      const gradient = { outputs: batch.slope, parameters, scale: 1 };
      likelihood.nll(ops, batch.outputs, batch.targets, network.likelihood, gradient);
    },
  );
}

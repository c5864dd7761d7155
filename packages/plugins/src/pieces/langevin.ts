import type { Operand, Ops } from '@bbb/kernels';

/** What a Langevin step needs beside the weights w. */
export interface LangevinStep {
  /** d/dw of the cost per example, U / N: of the likelihood's part alone. */
  readonly grad: Operand;
  /** N(0, 1) for each weight. */
  readonly noise: Operand;
  /** 1 for each weight. */
  readonly ones: Operand;
  readonly learningRate: number;
  /** Standard deviation of the prior N(0, sigma^2). */
  readonly sigma: number;
  /** N. */
  readonly examples: number;
  /** T of exp(-U / T): 1 samples the posterior, 0 only descends. */
  readonly temperature: number;
}

/**
 * w <- w - e G grad(U) / N + sqrt(2 e T G / N) z, with U = -ln p(D, w) summed over all N examples: Langevin dynamics (Welling & Teh 2011,
 * equation 4) with a step of 2 e / N, so that the rate e is that of a cost per example. It leaves exp(-U / T) as it is, but for terms of order e.
 *
 * @param scales G, one for each weight; absent: 1
 */
export function langevinStep(ops: Ops, w: Operand, step: LangevinStep, scales?: ArrayLike<number>): void {
  const { grad, noise, ones, learningRate, sigma, examples, temperature } = step;
  const spread = (2 * learningRate * temperature) / examples;
  if (!scales) {
    ops.updatePoint(w, {
      grad,
      prior: { kind: 'gaussian', sigma },
      priorWeight: 1 / examples,
      rule: { kind: 'sgd', learningRate, momentum: 0 },
      moments: [],
    });
    ops.addProduct(w, noise, ones, Math.sqrt(spread));
    return;
  }
  const [gradient, z] = [ops.read(grad), ops.read(noise)];
  const pull = 1 / (sigma * sigma * examples);
  const moved = ops.read(w);
  for (let i = 0; i < moved.length; i++) {
    const [value, g] = [moved[i]!, scales[i]!];
    moved[i] = value - learningRate * g * (gradient[i]! + pull * value) + Math.sqrt(spread * g) * z[i]!;
  }
  ops.write(w, moved);
}

/**
 * V <- a V + (1 - a) g^2, from the first g^2 on: how steep the cost has been for each weight (Li et al. 2016, algorithm 1).
 * @param first whether there is no V yet
 */
export function trackSquares(ops: Ops, squares: Operand, grad: Operand, decay: number, first: boolean): void {
  const slopes = ops.read(grad);
  const kept = ops.read(squares);
  for (let i = 0; i < kept.length; i++) {
    const square = slopes[i]! * slopes[i]!;
    kept[i] = first ? square : decay * kept[i]! + (1 - decay) * square;
  }
  ops.write(squares, kept);
}

/** G = 1 / (damping + sqrt(V)). */
export function preconditioner(ops: Ops, squares: Operand, damping: number): Float32Array | Float64Array {
  const scales = ops.read(squares);
  for (let i = 0; i < scales.length; i++) scales[i] = 1 / (damping + Math.sqrt(scales[i]!));
  return scales;
}

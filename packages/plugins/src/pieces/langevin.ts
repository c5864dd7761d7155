import type { Operand, Ops } from '@bbb/kernels';

/** What a Langevin step needs in addition to the weights w. */
export interface LangevinStep {
  /** d/dw of the cost per example, U / N, without the prior. */
  readonly grad: Operand;
  /** A number from N(0, 1) for each weight. */
  readonly noise: Operand;
  /** A 1 for each weight. */
  readonly ones: Operand;
  readonly learningRate: number;
  /** Standard deviation of the prior N(0, sigma^2). */
  readonly sigma: number;
  /** Number of training examples, N. */
  readonly examples: number;
  /** T in exp(-U / T): 1 samples the posterior, 0 is plain gradient descent. */
  readonly temperature: number;
}

/**
 * w <- w - e G grad(U) / N + sqrt(2 e T G / N) z, with U = -ln p(D, w) summed over all N examples: Langevin dynamics (Welling & Teh 2011,
 * equation 4) with the step size 2 e / N, so that e is a learning rate for a cost per example. The distribution exp(-U / T) is invariant under
 * this step, except for terms of order e.
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
 * V <- a V + (1 - a) g^2, starting with V = g^2: how steep the cost has been for each weight (Li et al. 2016, algorithm 1).
 * @param first true for the first g^2
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

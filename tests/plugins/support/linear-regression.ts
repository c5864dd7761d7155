import { fold, rootKey, uniform, type Batch, type Method, type TrainingState } from '@bbb/core';
import { parseOptions } from '@bbb/core';
import { referenceOps, type Ops } from '@bbb/kernels';
import { toyContext } from '@bbb/contract/toy';
import plugins, { gaussianLikelihood, mlp } from '@bbb/plugins';

/**
 * Linear regression with known noise and a bias. The two inputs are correlated, so marginal and conditional
 * variances differ.
 */
export const KEY = rootKey(31);
export const ops: Ops = referenceOps();
const N = 40;
const NOISE = 0.2; // standard deviation, of the standardised target
const BETA = 1 / (NOISE * NOISE);
const SCALING = { mean: 30, sd: 4 };

const noise = uniform(fold(KEY, 'x'), 3 * N, -1, 1);
const X = Array.from({ length: N }, (_, r) => {
  const a = noise[3 * r]!;
  return [a, 0.9 * a + 0.3 * noise[3 * r + 1]!, 1];
});
const Y = X.map(([a, b], r) => 0.7 * a! - 0.4 * b! + 0.2 + 0.2 * noise[3 * r + 2]!);

/** Two minibatches, one of even and one of odd rows. The targets have their own unit. */
export const batches = [0, 1].map((index): Batch => {
  const rows = Array.from({ length: N / 2 }, (_, i) => 2 * i + index);
  const x = ops.alloc([N / 2, 2]);
  ops.write(
    x,
    rows.flatMap((r) => X[r]!.slice(0, 2)),
  );
  const targets = Float32Array.from(rows, (r) => SCALING.mean + SCALING.sd * Y[r]!);
  return { x, targets, index, batches: 2, examples: N };
});

/** beta X'X and beta X'y, which determine the likelihood: -log p(y | w) = w' A w / 2 - b' w + constant. */
export const A = [0, 1, 2].map((i) =>
  [0, 1, 2].map((j) => BETA * X.reduce((sum, x) => sum + x[i]! * x[j]!, 0)),
);
export const B = [0, 1, 2].map((i) => BETA * X.reduce((sum, row, r) => sum + row[i]! * Y[r]!, 0));

/** Makes a method for this problem. */
export function methodOn(
  name: string,
  options: Record<string, unknown>,
  learningRate: number,
): ReturnType<Method['create']> {
  const architecture = mlp.create({ hidden: [], activation: 'relu' }, { inputShape: [2], outputs: 1 });
  const likelihood = gaussianLikelihood({ noise: 'fixed', sd: NOISE }, SCALING, { kind: 'real' });
  const optimizer = { kind: 'adam', learningRate, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 } as const;
  const method: Method = plugins.methods![name]!;
  const context = toyContext(ops, { architecture, likelihood }, optimizer, N);
  return method.create(parseOptions(name, method.options, options), context);
}

/**
 * Trains a method on it with a falling rate, and averages the second half of the path. Means and standard
 * deviations are those of two weights and the bias.
 */
export function trainOn(
  name: string,
  options: Record<string, unknown>,
  [early, late]: readonly [number, number],
  epochs: number,
): { readonly mean: number[]; readonly variance: number[] } {
  const { model, trainer } = methodOn(name, options, early);
  const state: TrainingState = trainer.init(model.init(KEY));
  const [mean, variance] = [
    [0, 0, 0],
    [0, 0, 0],
  ];
  for (let epoch = 0; epoch < epochs; epoch++) {
    const learningRate = epoch < epochs / 4 ? early : late;
    for (const batch of batches)
      trainer.step(state, batch, { learningRate, key: fold(KEY, 'step', epoch, batch.index) });
    if (epoch < epochs / 2) continue;
    const all = model
      .posterior(state.params)
      .flatMap(({ mu, sigma }) => [...mu].map((m, i) => [m, sigma![i]!] as const));
    all.forEach(([m, sigma], i) => {
      mean[i]! += m / (epochs / 2);
      variance[i]! += (sigma * sigma) / (epochs / 2);
    });
  }
  trainer.dispose();
  return { mean, variance };
}

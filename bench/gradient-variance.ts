// npx tsx --conditions=@bbb/source bench/gradient-variance.ts [--draws 60]
import { parseArgs } from 'node:util';
import {
  fold,
  rootKey,
  startBackend,
  type Architecture,
  type Batch,
  type MethodContext,
  type TrainingState,
} from '@bbb/core';
import type { Key, Operand, Prior } from '@bbb/kernels';
import {
  allocWeights,
  categoricalLikelihood,
  cnn,
  estimatorOf,
  gaussianModel,
  gaussianOf,
  gaussianTrainer,
  mlp,
} from '@bbb/plugins';
import { CLASSES, INPUTS, minibatches, mnist } from './peers/images.js';

const BATCH = 128;
const EXAMPLES = 60_000;
const ESTIMATORS = ['weights', 'local', 'flipout'] as const;
/** The options of `bbb-gaussian`. */
const PRIOR: Prior = { kind: 'gaussian', sigma: 0.1 };
const RHO0 = -3.5;
const LEARNING_RATE = 1e-3;
const KEY = rootKey(1);

const { values } = parseArgs({ options: { draws: { type: 'string', default: '60' } } });
const draws = Number(values.draws);

const ops = await startBackend();
const [first, ...rest] = minibatches(await mnist(EXAMPLES), BATCH);
const batches = [first!, ...rest].map(({ x, labels }, index): Batch => ({
  x,
  targets: labels,
  index,
  batches: rest.length + 1,
  examples: EXAMPLES,
}));

const networks: Record<string, Architecture> = {
  '784-400-400-10': mlp.create(mlp.options.parse({}), { inputShape: [INPUTS], outputs: CLASSES }),
  'LeNet-5': cnn.create(cnn.options.parse({}), { inputShape: [28, 28, 1], outputs: CLASSES }),
};

/** For each element, the variance over draws of a gradient; the mean of these variances over the elements. */
class Spread {
  private count = 0;
  private readonly means: Float64Array;
  private readonly squares: Float64Array;

  constructor(size: number) {
    this.means = new Float64Array(size);
    this.squares = new Float64Array(size);
  }

  add(x: Operand, from: number): void {
    const gradient = ops.read(x);
    gradient.forEach((value, i) => {
      const before = value - this.means[from + i]!;
      this.means[from + i]! += before / this.count;
      this.squares[from + i]! += before * (value - this.means[from + i]!);
    });
  }

  next(): void {
    this.count++;
  }

  get variance(): number {
    return this.squares.reduce((sum, square) => sum + square, 0) / this.squares.length / (this.count - 1);
  }
}

/** Variances of the gradients of mu and of rho for one minibatch, per example, without the complexity cost. */
function variances(
  name: (typeof ESTIMATORS)[number],
  context: MethodContext,
  state: TrainingState,
): number[] {
  const { weights } = context.architecture;
  const estimator = estimatorOf(name, context, PRIOR);
  const grads = { mu: allocWeights(ops, weights), rho: allocWeights(ops, weights) };
  const size = weights.reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);
  const spreads = { mu: new Spread(size), rho: new Spread(size) };
  for (let draw = 0; draw < draws; draw++) {
    const key: Key = fold(KEY, 'draw', draw);
    estimator.gradient(state.params, batches[0]!, key, 1 / BATCH, {});
    let from = 0;
    for (const kind of ['mu', 'rho'] as const) spreads[kind].next();
    for (const { name: weight } of weights) {
      const [mu, rho] = [grads.mu[weight]!, grads.rho[weight]!];
      estimator.accumulate(weight, gaussianOf(state.params, weight), key, 0, {
        mu,
        rho,
        scale: 1,
        add: false,
      });
      spreads.mu.add(mu, from);
      spreads.rho.add(rho, from);
      from += ops.read(mu).length;
    }
  }
  estimator.dispose();
  for (const all of Object.values(grads)) Object.values(all).forEach((operand) => ops.free(operand));
  return [spreads.mu.variance, spreads.rho.variance];
}

console.log(`Variance of the gradient of one minibatch of ${BATCH} images of MNIST over ${draws} draws.\n`);
console.log('| network, after | of | weights | local | flipout | local / weights | flipout / weights |');
console.log('| --- | --- | ---: | ---: | ---: | ---: | ---: |');
for (const [title, architecture] of Object.entries(networks)) {
  const context: MethodContext = {
    architecture,
    likelihood: categoricalLikelihood(CLASSES),
    ops,
    optimizer: { kind: 'adam', learningRate: LEARNING_RATE, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
    batchSize: BATCH,
  };
  const trainer = gaussianTrainer(context, {
    estimator: estimatorOf('weights', context, PRIOR),
    samples: 1,
    klWeighting: 'uniform',
  });
  const state = trainer.init(gaussianModel(context, { kind: 'fan-in' }, RHO0).init(KEY));
  for (const epochs of [0, 1]) {
    for (const batch of epochs > 0 ? batches : [])
      trainer.step(state, batch, { learningRate: LEARNING_RATE, key: fold(KEY, 'step', batch.index) });
    const found = ESTIMATORS.map((name) => variances(name, context, state));
    ['mu', 'rho'].forEach((of, i) => {
      const [weights, local, flipout] = found.map((pair) => pair[i]!);
      const cells = [weights!, local!, flipout!].map((value) => value.toExponential(2));
      const ratios = [local! / weights!, flipout! / weights!].map((ratio) => ratio.toFixed(3));
      console.log(
        `| ${[`${title}, ${epochs} ${epochs === 1 ? 'epoch' : 'epochs'}`, of, ...cells, ...ratios].join(' | ')} |`,
      );
    });
  }
  trainer.dispose();
}

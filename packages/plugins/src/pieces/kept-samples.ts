import {
  BbbError,
  fold,
  isMemberDraw,
  unitUniform,
  type GaussianPrior,
  type Draw,
  type MethodContext,
  type Model,
  type Params,
  type ParamSpec,
  type WeightSpec,
} from '@bbb/core';
import type { Ops } from '@bbb/kernels';
import { initialLikelihood, initialWeights, likelihoodSpecs, type Initialiser } from './initialiser.js';
import { network } from './network.js';
import { allocWeights, type Operands } from './operands.js';

const COUNT = 'samples.count';
/** Smallest standard deviation of a weight that is not pruned. A weight that is equal in all samples gets this one. */
const LEAST_SIGMA = 1e-15;

const sampleName = (sample: number, weight: string): string => `samples.${sample}.${weight}`;

/** Number of samples kept so far. */
export function keptCount(ops: Ops, params: Params): number {
  return ops.read(params[COUNT]!)[0]!;
}

/** Keeps the present weights as sample number `count` (from 0), and forgets later samples. */
export function keepSample(
  ops: Ops,
  params: Params,
  weights: readonly Pick<WeightSpec, 'name'>[],
  count: number,
): void {
  for (const { name } of weights) ops.copy(params[sampleName(count, name)]!, params[name]!);
  ops.write(params[COUNT]!, [count + 1]);
}

/** Forgets all samples: the next one is the first. */
export function forgetSamples(ops: Ops, params: Params): void {
  ops.write(params[COUNT]!, [0]);
}

/**
 * Weights that training moves, and up to `most` samples of them that a Markov chain kept. There is no mean network: a draw is one of the
 * samples, or the weights themselves if there is no sample yet. Pruning removes a weight from all samples. The likelihood has the parameters of
 * the end of training.
 *
 * @param context ops, architecture, likelihood and optimiser of the trial
 * @param initialiser the distribution that weights start from
 * @param most samples that are kept; checkpoints have room for so many from the start
 * @param prior of every weight
 */
export function sampleModel(
  context: MethodContext,
  initialiser: Initialiser,
  most: number,
  prior: GaussianPrior,
): Model {
  const { ops, architecture } = context;
  const { weights } = architecture;
  const samples = Array.from({ length: most }, (_, sample) => sample);
  const kept: ParamSpec[] = [
    ...samples.flatMap((sample) =>
      weights.map(({ name, shape }) => ({ name: sampleName(sample, name), shape, weight: name, pruned: 0 })),
    ),
    { name: COUNT, shape: [1], pruned: 0 },
  ];
  const sampleOf = (params: Params, sample: number): Operands =>
    Object.fromEntries(weights.map(({ name }) => [name, params[sampleName(sample, name)]!]));
  return {
    architecture,
    params: [
      ...weights.map(({ name, shape }) => ({ name, shape, weight: name, pruned: 0 })),
      ...likelihoodSpecs(context),
      ...kept,
    ],
    stochastic: true,
    hasMean: false,
    init: (key) => ({
      ...initialWeights(context, initialiser, key),
      ...initialLikelihood(context),
      ...allocWeights(ops, kept),
    }),
    // Evenly spaced: the chain is divided into parts, and each draw is the middle of one.
    draws: (count) =>
      Array.from({ length: Math.min(count, most) }, (_, i) => ({
        member: Math.floor(((i + 0.5) * most) / Math.min(count, most)),
        of: 'mean',
      })),
    draw(params, draw) {
      const sample = sampleFor(draw, keptCount(ops, params));
      return network(context, sample === undefined ? params : { ...params, ...sampleOf(params, sample) });
    },
    posterior(params) {
      const count = keptCount(ops, params);
      return weights.map((spec) => ({
        ...spec,
        ...momentsOver(
          samples.slice(0, count).map((sample) => ops.read(params[sampleName(sample, spec.name)]!)),
          ops.read(params[spec.name]!),
        ),
        prior,
      }));
    },
  };
}

/** The index of the sample that a draw refers to; undefined if no sample is kept yet. */
function sampleFor(draw: Draw, count: number): number | undefined {
  if (draw === 'mean') {
    throw new BbbError('E_DRAW', 'The samples of a chain have no mean network.', {
      hint: 'Average the predictions of the draws that model.draws() returns.',
    });
  }
  if (count === 0) return undefined;
  return isMemberDraw(draw) ? draw.member % count : Math.floor(unitUniform(fold(draw, 'of')) * count);
}

type Numbers = Float32Array | Float64Array;

/** Mean and standard deviation (over n - 1) of each weight over the samples. Without samples, the mean is the present weight. */
function momentsOver(samples: readonly Numbers[], now: Numbers): { mu: Float32Array; sigma: Float32Array } {
  const all = samples.length > 0 ? samples : [now];
  const mean = new Float64Array(now.length);
  const square = new Float64Array(now.length);
  for (const sample of all) sample.forEach((value, i) => (mean[i]! += value / all.length));
  for (const sample of all)
    sample.forEach((value, i) => (square[i]! += (value - mean[i]!) * (value - mean[i]!)));
  const sigma = Float32Array.from(square, (sum, i) =>
    // A weight that is 0 in all samples is pruned.
    sum === 0 && mean[i] === 0 ? 0 : Math.max(LEAST_SIGMA, Math.sqrt(sum / Math.max(1, all.length - 1))),
  );
  return { mu: Float32Array.from(mean), sigma };
}

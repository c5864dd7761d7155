import {
  ggnBlocks,
  type CurvatureInput,
  type PruneContext,
  type PrunerDefinition,
  type WeightPosterior,
} from '@bbb/core';
import { z } from 'zod';
import { cholesky, inverseDiagonal, solve } from './cholesky.js';
import { MOST } from './most.js';

export const obsOptions = z.strictObject({
  blockSize: z
    .int()
    .min(1)
    .max(512)
    .default(32)
    .describe(
      'Inputs of a unit whose weights make up for each other; takes as many numbers for each weight.',
    ),
  examples: z
    .int()
    .min(1)
    .default(1000)
    .describe('Training examples, evenly spread, that the curvature is measured on.'),
  damping: z
    .number()
    .min(1e-6)
    .default(1e-3)
    .describe('Added to the diagonal of each block, in parts of its mean.'),
});
export type ObsOptions = z.output<typeof obsOptions>;

/** The curvature of some of the weights into one unit. */
export interface Block {
  /** Positions of these weights in the tensor, in order; without those that are already 0 or whose input is always 0. */
  readonly elements: readonly number[];
  /** The damped Hessian, `[elements, elements]`, row-major. */
  readonly hessian: Float64Array;
}

/**
 * w^2 / (2 [H^-1]_ww): how much the loss grows when a weight is removed and the others of its block are adjusted, in nats.
 * @param mu means of the weights of one tensor; of a point estimate the weights themselves
 * @param blocks parts of the tensor, each with its damped Hessian
 */
export function obsScore(mu: Float32Array, blocks: Iterable<Block>): Float32Array {
  const scores = new Float32Array(mu.length);
  for (const { elements, hessian } of blocks) {
    const inverse = inverseDiagonal(cholesky(hessian, elements.length), elements.length);
    elements.forEach((e, i) => (scores[e] = Math.min(MOST, (mu[e]! * mu[e]!) / (2 * inverse[i]!))));
  }
  return scores;
}

/**
 * The minimum of the quadratic of each block with the removed weights at 0: w_K + H_KK^-1 H_KQ w_Q, where K are the kept and Q the removed
 * weights.
 * @param mu means of the weights of one tensor; of a point estimate the weights themselves
 * @param keep one byte for each weight: 0 was removed
 * @param blocks parts of the tensor, each with its damped Hessian
 */
export function obsUpdate(mu: Float32Array, keep: Uint8Array, blocks: Iterable<Block>): Float32Array {
  const moved = mu.slice();
  for (const { elements, hessian } of blocks) {
    const size = elements.length;
    const positions = elements.map((_, i) => i);
    const kept = positions.filter((i) => keep[elements[i]!] === 1);
    const removed = positions.filter((i) => keep[elements[i]!] === 0);
    if (kept.length === 0 || removed.length === 0) continue;
    const own = Float64Array.from({ length: kept.length * kept.length }, (_, k) => {
      const [i, j] = [Math.floor(k / kept.length), k % kept.length];
      return hessian[kept[i]! * size + kept[j]!]!;
    });
    const pull = kept.map((i) =>
      removed.reduce((sum, j) => sum + hessian[i * size + j]! * mu[elements[j]!]!, 0),
    );
    const change = solve(cholesky(own, kept.length), pull);
    kept.forEach((i, k) => (moved[elements[i]!] = mu[elements[i]!]! + change[k]!));
  }
  return moved;
}

/** The blocks of a tensor, unit by unit. */
function* blocksOf(
  { blockSize, examples, damping }: ObsOptions,
  weights: WeightPosterior,
  context: PruneContext,
): Generator<Block> {
  const name = `obs: ${blockSize} ${examples}`;
  const all = context.once(name, weights, (trained) => ggnBlocks(spread(trained, examples), blockSize));
  const { rows, units, size, values } = all[weights.of ?? weights.name]!;
  const each = Math.ceil(rows / size);
  for (let unit = 0; unit < units; unit++) {
    for (let b = 0; b < each; b++) {
      const first = b * size;
      const length = Math.min(size, rows - first);
      const at = (unit * each + b) * size * size;
      // A removed weight can't be adjusted, and a weight whose input is always 0 does not change the loss.
      const there = Array.from({ length }, (_, i) => i).filter(
        (i) => weights.mu[(first + i) * units + unit] !== 0 && values[at + i * (size + 1)]! > 0,
      );
      const hessian = there.flatMap((i) => there.map((j) => values[at + i * size + j]!));
      yield {
        elements: there.map((i) => (first + i) * units + unit),
        hessian: damped(Float64Array.from(hessian), there.length, damping),
      };
    }
  }
}

function damped(hessian: Float64Array, size: number, damping: number): Float64Array {
  let mean = 0;
  for (let i = 0; i < size; i++) mean += hessian[i * size + i]! / size;
  for (let i = 0; i < size; i++) hessian[i * size + i]! += damping * mean;
  return hessian;
}

/** `count` of the examples, evenly spaced, because a table may be sorted. */
function spread(input: CurvatureInput, count: number): CurvatureInput {
  const { rows } = input.examples;
  if (rows.length <= count) return input;
  const picked = Uint32Array.from({ length: count }, (_, i) => rows[Math.floor((i * rows.length) / count)]!);
  return { ...input, examples: { ...input.examples, rows: picked } };
}

export const obs: PrunerDefinition<ObsOptions> = {
  description:
    'Removes the weights whose loss costs least when the others of their unit make up for them, and moves those. Looks at the training examples.',
  source:
    'Hassibi & Stork 1993, "Optimal Brain Surgeon"; in blocks: Singh & Alistarh 2020 (WoodFisher), arXiv 2004.14340; here with the Gauss-Newton matrix',
  options: obsOptions,
  needs: ['examples'],
  create: (options) => ({
    score: (weights, _key, context) => obsScore(weights.mu, blocksOf(options, weights, context)),
    update: (weights, keep, context) => obsUpdate(weights.mu, keep, blocksOf(options, weights, context)),
  }),
};

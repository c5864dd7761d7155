import {
  cardinality,
  exp,
  fold,
  log,
  normals,
  unitUniform,
  type Dimension,
  type Sampler,
  type SamplerDefinition,
} from '@bbb/core';
import type { Key } from '@bbb/kernels';
import { z } from 'zod';
import { randomSampler } from './random.js';

export const tpeOptions = z.strictObject({
  startup: z.int().min(2).default(10).describe('Random points before the model has anything to say.'),
  candidates: z.int().min(1).default(24).describe('Candidates drawn from the good model for each dimension.'),
  goodShare: z
    .number()
    .gt(0)
    .lt(1)
    .default(0.15)
    .describe('Share of the finished configurations that count as good.'),
  goodMost: z.int().min(2).default(25).describe('At most so many count as good.'),
});
export type TpeOptions = z.output<typeof tpeOptions>;

/**
 * Models the coordinates of the good configurations, and of the others, by a mixture each, l and g. For each dimension it proposes the candidate
 * with the largest l / g. Configurations that diverged have no loss, so they are not used.
 * @param options random points at the start, candidates, and what counts as good
 */
export function tpeSampler({ startup, candidates, goodShare, goodMost }: TpeOptions): Sampler {
  return {
    suggest(space, history, index, key) {
      const usable = history.filter(({ loss }) => Number.isFinite(loss));
      if (usable.length < startup) return randomSampler.suggest(space, history, index, key);
      const ranked = usable.toSorted((a, b) => a.loss - b.loss);
      const good = Math.min(goodMost, Math.max(2, Math.ceil(goodShare * ranked.length)));
      return Object.fromEntries(
        Object.entries(space).map(([path, dimension]) => {
          // Not every configuration has a conditional hyper-parameter.
          const coordinates = (part: typeof ranked): number[] =>
            part.flatMap(({ point }) => (point[path] === undefined ? [] : [point[path]]));
          const l = estimator(dimension, coordinates(ranked.slice(0, good)));
          const g = estimator(dimension, coordinates(ranked.slice(good)));
          const drawn = Array.from({ length: candidates }, (_, c) =>
            l.sample(fold(key, 'tpe', index, path, c)),
          );
          const gain = (u: number): number => log(l.density(u)) - log(g.density(u));
          return [path, drawn.reduce((best, u) => (gain(u) > gain(best) ? u : best))];
        }),
      );
    },
  };
}

export const tpe: SamplerDefinition<TpeOptions> = {
  description: 'Tree-structured Parzen estimator: learns from the finished configurations.',
  source: 'Bergstra et al. 2011, Algorithms for Hyper-Parameter Optimization',
  options: tpeOptions,
  adaptive: true,
  startup: ({ startup }) => startup,
  create: tpeSampler,
};

/** A density on [0, 1) that can be drawn from. */
interface Estimator {
  density(u: number): number;
  sample(key: Key): number;
}

function estimator(dimension: Dimension, points: readonly number[]): Estimator {
  const values = cardinality(dimension);
  return Number.isFinite(values) ? categorical(values, points) : parzen(points);
}

/** Counts that start at one for every value, so that no value gets probability 0. */
function categorical(values: number, points: readonly number[]): Estimator {
  const bin = (u: number): number => Math.min(values - 1, Math.floor(u * values));
  const counts = Array.from({ length: values }, () => 1);
  for (const u of points) counts[bin(u)]!++;
  const total = points.length + values;
  return {
    density: (u) => (counts[bin(u)]! / total) * values,
    sample(key) {
      let rest = unitUniform(key) * total;
      const chosen = counts.findIndex((count) => (rest -= count) < 0);
      return ((chosen < 0 ? values - 1 : chosen) + 0.5) / values;
    },
  };
}

/** Gaussians around the points, as wide as the larger gap to their neighbours, and one over the whole interval. */
function parzen(points: readonly number[]): Estimator {
  const sorted = points.toSorted((a, b) => a - b);
  const narrowest = 1 / Math.min(100, 1 + sorted.length);
  const kernels = sorted.map((mu, i) => {
    const gap = Math.max(mu - (sorted[i - 1] ?? 0), (sorted[i + 1] ?? 1) - mu);
    return { mu, sigma: Math.min(1, Math.max(narrowest, gap)) };
  });
  kernels.push({ mu: 0.5, sigma: 1 });
  return {
    // Left unnormalised over [0, 1): wide kernels lose mass outside, which both mixtures do alike.
    density: (u) =>
      kernels.reduce((sum, { mu, sigma }) => sum + bell((u - mu) / sigma) / sigma, 0) / kernels.length,
    sample(key) {
      const { mu, sigma } = kernels[Math.floor(unitUniform(fold(key, 'kernel')) * kernels.length)]!;
      for (let attempt = 0; ; attempt++) {
        const u = mu + sigma * normals(fold(key, 'normal', attempt), 1)[0]!;
        if (u >= 0 && u < 1) return u;
      }
    },
  };
}

/** The Gaussian without its constant. */
function bell(z: number): number {
  return exp(-0.5 * z * z);
}

import { exp, fold, log, normals, unitUniform } from '@bbb/core';
import type { Key } from '@bbb/kernels';
import { randomSampler } from './random.js';
import type { Sampler } from './sampler.js';
import { cardinality, type Dimension } from './space.js';

/** Random points before the model has anything to say. */
const STARTUP = 10;
/** Candidates drawn from the good model for each dimension. */
const CANDIDATES = 24;
/** Configurations that count as good: this share of the history, 25 at the most. */
const GOOD_SHARE = 0.15;
const GOOD_MOST = 25;

/**
 * Tree-structured Parzen estimator (Bergstra et al. 2011): models the coordinates of the good and of the other
 * configurations by one mixture each, l and g, and proposes the candidate with the largest l / g, dimension by dimension.
 */
export const tpeSampler: Sampler = {
  description: 'Tree-structured Parzen estimator: learns from the finished configurations.',
  suggest(space, history, index, key) {
    const usable = history.filter(({ loss }) => Number.isFinite(loss));
    if (usable.length < STARTUP) return randomSampler.suggest(space, history, index, key);
    const ranked = usable.toSorted((a, b) => a.loss - b.loss);
    const good = Math.min(GOOD_MOST, Math.max(2, Math.ceil(GOOD_SHARE * ranked.length)));
    return Object.fromEntries(
      Object.entries(space).map(([path, dimension]) => {
        // A conditional setting was not part of every configuration.
        const coordinates = (part: typeof ranked): number[] =>
          part.flatMap(({ point }) => (point[path] === undefined ? [] : [point[path]]));
        const l = estimator(dimension, coordinates(ranked.slice(0, good)));
        const g = estimator(dimension, coordinates(ranked.slice(good)));
        const candidates = Array.from({ length: CANDIDATES }, (_, c) =>
          l.sample(fold(key, 'tpe', index, path, c)),
        );
        const gain = (u: number): number => log(l.density(u)) - log(g.density(u));
        return [path, candidates.reduce((best, u) => (gain(u) > gain(best) ? u : best))];
      }),
    );
  },
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

/** Counts with one vote for every value in advance, so that nothing is ever ruled out. */
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
      kernels.reduce((sum, { mu, sigma }) => sum + exp(-0.5 * ((u - mu) / sigma) ** 2) / sigma, 0) /
      kernels.length,
    sample(key) {
      const { mu, sigma } = kernels[Math.floor(unitUniform(fold(key, 'kernel')) * kernels.length)]!;
      for (let attempt = 0; ; attempt++) {
        const u = mu + sigma * normals(fold(key, 'normal', attempt), 1)[0]!;
        if (u >= 0 && u < 1) return u;
      }
    },
  };
}

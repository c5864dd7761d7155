import { fold, rootKey, unitUniform } from '@bbb/core';
import { growTree, type Box, type Sample } from './tree.js';

const TREES = 64;

/**
 * The share of the variance of a loss over the whole space that each dimension explains by itself: functional analysis of variance over
 * a random forest (fANOVA, Hutter, Hoos, Leyton-Brown 2014, "An Efficient Approach for Assessing Hyperparameter Importance",
 * algorithm 2 with single dimensions). The rest to 1 is the share that only several dimensions together explain. Deterministic.
 *
 * @param trees number of trees, grown on bootstraps of the sample; their shares are averaged
 * @returns [dimensions], each in [0, 1]; undefined if no tree varies
 */
export function fanova(sample: Sample, trees: number = TREES): number[] | undefined {
  const grown = Array.from({ length: trees }, (_, tree) => growTree(sample, bootstrap(sample, tree)));
  const shares = grown.flatMap((boxes) => {
    const own = varianceShares(boxes);
    return own ? [own] : [];
  });
  if (shares.length === 0) return undefined;
  return shares[0]!.map((_, d) => shares.reduce((sum, own) => sum + own[d]!, 0) / shares.length);
}

/** Row numbers of a bootstrap: as many as the sample has, each drawn independently. */
function bootstrap({ losses: { length } }: Sample, tree: number): number[] {
  const key = fold(rootKey(0), 'importance', tree);
  return Array.from({ length }, (_, i) =>
    Math.min(length - 1, Math.floor(unitUniform(fold(key, i)) * length)),
  );
}

/**
 * The exact shares of the variance of one tree. For each dimension, the leaves' values over the unit cube are averaged over all other
 * dimensions, and the variance of that average is taken.
 * @returns undefined for a tree with the same value everywhere
 */
export function varianceShares(boxes: readonly Box[]): number[] | undefined {
  const volumes = boxes.map((box) => volumeOf(box));
  const mean = boxes.reduce((sum, { value }, i) => sum + volumes[i]! * value, 0);
  const total = boxes.reduce((sum, { value }, i) => sum + volumes[i]! * (value - mean) ** 2, 0);
  if (!(total > 0)) return undefined;
  return boxes[0]!.low.map((_, d) => marginalVariance(boxes, d, mean) / total);
}

/** The variance of the average over all other dimensions, as a function of this dimension: it is constant between two cuts. */
function marginalVariance(boxes: readonly Box[], d: number, mean: number): number {
  const edges = [...new Set(boxes.flatMap(({ low, high }) => [low[d]!, high[d]!]))].toSorted((a, b) => a - b);
  return edges.slice(1).reduce((sum, end, i) => {
    const start = edges[i]!;
    const marginal = boxes
      .filter(({ low, high }) => low[d]! <= start && end <= high[d]!)
      .reduce((part, box) => part + (box.value * volumeOf(box)) / (box.high[d]! - box.low[d]!), 0);
    return sum + (end - start) * (marginal - mean) ** 2;
  }, 0);
}

function volumeOf({ low, high }: Box): number {
  return low.reduce((product, start, d) => product * (high[d]! - start), 1);
}

import type { Ops } from '@bbb/kernels';
import type { Params, ParamSpec } from '@bbb/core';

/** Smallest variance of a weight that is not pruned. Variance 0 means pruned, so a weight that never moved needs a positive one. */
export const LEAST_VARIANCE = 1e-30;
const COUNT = 'swag.count';

export const meanOf = (name: string): string => `swag.mean.${name}`;
export const varianceOf = (name: string): string => `swag.variance.${name}`;
export const deviationOf = (column: number, name: string): string => `swag.deviation.${column}.${name}`;

/** A parameter whose iterates are collected. Without `weight`, only their mean is kept. */
type Iterate = Pick<ParamSpec, 'name' | 'shape' | 'weight'>;

/** The parameters that hold the moments of iterates: means, variances, the last `rank` deviations, and the number of iterates. */
export function momentSpecs(iterates: readonly Iterate[], rank: number): ParamSpec[] {
  const kept = iterates.flatMap(({ name, shape, weight }) => {
    const spec = (kept: string): ParamSpec => ({
      name: kept,
      shape,
      pruned: 0,
      ...(weight === undefined ? {} : { weight }),
    });
    const columns = Array.from({ length: rank }, (_, column) => spec(deviationOf(column, name)));
    return weight === undefined
      ? [spec(meanOf(name))]
      : [spec(meanOf(name)), spec(varianceOf(name)), ...columns];
  });
  return [...kept, { name: COUNT, shape: [1], pruned: 0 }];
}

/** Number of iterates collected so far. */
export function collected(ops: Ops, params: Params): number {
  return ops.read(params[COUNT]!)[0]!;
}

/** Forgets all iterates: the next one is the first. */
export function forget(ops: Ops, params: Params): void {
  ops.write(params[COUNT]!, [0]);
}

/**
 * Adds the present parameters as an iterate. Mean and variance (over n, not n - 1) are updated as in Welford (1962), which equals
 * E[w^2] - E[w]^2 without its cancellation. The deviation is from the present mean, as in Maddox et al. 2019, algorithm 1.
 */
export function collect(ops: Ops, params: Params, iterates: readonly Iterate[], rank: number): void {
  const before = collected(ops, params);
  const n = before + 1;
  for (const { name, weight } of iterates) {
    const x = ops.read(params[name]!);
    const mean = ops.read(params[meanOf(name)]!);
    const variance = weight === undefined ? undefined : ops.read(params[varianceOf(name)]!);
    for (let i = 0; i < x.length; i++) {
      const value = x[i]!;
      const old = before === 0 ? value : mean[i]!;
      const now = old + (value - old) / n;
      mean[i] = now;
      if (!variance) continue;
      const sum = (before === 0 ? 0 : variance[i]! * before) + (value - old) * (value - now);
      variance[i] = Math.max(LEAST_VARIANCE, sum / n);
    }
    ops.write(params[meanOf(name)]!, mean);
    if (!variance) continue;
    ops.write(params[varianceOf(name)]!, variance);
    if (rank > 0)
      ops.subtract(params[deviationOf(before % rank, name)]!, params[name]!, params[meanOf(name)]!);
  }
  ops.write(params[COUNT]!, [n]);
}

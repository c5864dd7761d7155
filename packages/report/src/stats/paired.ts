import { estimate, type Estimate } from './estimate.js';
import { twoSidedP } from './student.js';

/** Values by seed. */
export type BySeed = ReadonlyMap<number, number>;

/** How much larger `a` is than `b` on the same seeds. */
export interface PairedDifference {
  /** Of a - b over the seeds that both have. */
  readonly difference: Estimate;
  /** Two-sided p-value of the paired t-test; absent where the test is not defined (one seed, or no spread at all). */
  readonly p?: number;
}

/**
 * Paired t-test: seeds share data order and split, so what they have in common cancels.
 * @returns undefined without a common seed
 */
export function pairedDifference(a: BySeed, b: BySeed): PairedDifference | undefined {
  const seeds = [...a.keys()].filter((seed) => b.has(seed)).toSorted((x, y) => x - y);
  const difference = estimate(seeds.map((seed) => a.get(seed)! - b.get(seed)!));
  if (!difference) return undefined;
  const { n, mean, sd } = difference;
  if (sd === undefined) return { difference };
  // Equal differences leave no spread to judge by: t is 0/0 or infinite, and an infinite t of two seeds proves nothing.
  if (sd === 0) return mean === 0 ? { difference, p: 1 } : { difference };
  return { difference, p: twoSidedP((mean / sd) * Math.sqrt(n), n - 1) };
}

/**
 * Holm's step-down adjustment (Holm 1979): multiplied by it, p-values may be compared with the level of a single test
 * while the chance of any false claim in the family stays below that level.
 */
export function holm(ps: readonly number[]): number[] {
  const order = ps.map((p, index) => ({ p, index })).toSorted((a, b) => a.p - b.p);
  const adjusted = Array.from({ length: ps.length }, () => 1);
  let running = 0;
  order.forEach(({ p, index }, rank) => {
    running = Math.max(running, Math.min(1, (ps.length - rank) * p));
    adjusted[index] = running;
  });
  return adjusted;
}

import { CONFIDENCE, estimate } from './estimate.js';
import { pairedDifference, type BySeed, type PairedDifference } from './paired.js';

/** The result of comparing one method with the reference over seeds. `larger`: the method's value is larger. */
export type Standing = 'larger' | 'smaller' | 'undecided' | 'untested';

/** One method minus the reference. */
export interface AgainstReference extends PairedDifference {
  /**
   * The p-value corrected for all comparisons of the family (Bonferroni). Absent if `p` is. The interval of `difference` is corrected
   * in the same way, so that it excludes 0 exactly if this is below 0.05: the two never contradict each other.
   */
  readonly corrected?: number;
  readonly standing: Standing;
}

/** The comparisons of several methods with one reference: one family of tests. */
export interface Family<T> {
  /** Number of tests that are corrected for. */
  readonly tests: number;
  /** Methods without a seed in common with the reference are not in it. */
  readonly of: ReadonlyMap<T, AgainstReference>;
}

const LEVEL = 1 - CONFIDENCE;

/**
 * Compares each method with the reference on the seeds that both have. All intervals hold at once with 95 % confidence.
 * @param reference values by seed of the reference
 * @param others values by seed of each method
 */
export function againstReference<T>(reference: BySeed, others: ReadonlyMap<T, BySeed>): Family<T> {
  return familyOf(
    new Map(
      [...others].flatMap(([key, values]) => {
        const difference = pairedDifference(values, reference);
        return difference ? [[key, difference] as const] : [];
      }),
    ),
  );
}

/** Corrects differences for the number of tests that are possible. */
export function familyOf<T>(differences: ReadonlyMap<T, PairedDifference>): Family<T> {
  const tests = [...differences.values()].filter(({ p }) => p !== undefined).length;
  return {
    tests,
    of: new Map([...differences].map(([key, paired]) => [key, corrected(paired, tests)])),
  };
}

function corrected(paired: PairedDifference, tests: number): AgainstReference {
  const { p, difference } = paired;
  if (p === undefined) return { ...paired, standing: 'untested' };
  const wider = estimate(difference.values, 1 - LEVEL / tests)!;
  const adjusted = Math.min(1, p * tests);
  const sign = wider.mean > 0 ? 'larger' : 'smaller';
  return {
    difference: wider,
    p,
    corrected: adjusted,
    standing: adjusted < LEVEL ? sign : 'undecided',
  };
}

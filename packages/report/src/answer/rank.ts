import { metricOf, type HeadlineMetric } from '../data/headline-metric.js';
import type { Group } from '../data/groups.js';
import { denseOf, headlineAt, mainPruner, valuesBySeed } from '../data/measure.js';
import { againstReference, type AgainstReference } from '../stats/against-reference.js';
import { estimate, type Estimate } from '../stats/estimate.js';
import type { BySeed } from '../stats/paired.js';

/** The comparison of a method with the reference over the seeds. */
type Verdict = 'reference' | 'better' | 'worse' | 'undecided' | 'untested';

/** One method in the ranking. */
export interface Ranked {
  readonly group: Group;
  readonly dense?: Estimate;
  /** The headline at the sparsity of the answer. */
  readonly value: Estimate;
  /** Method minus reference over the seeds that both have. Its interval is corrected for all comparisons. */
  readonly against?: AgainstReference;
  readonly verdict: Verdict;
}

export interface Ranking {
  /** The methods, best first. */
  readonly rows: readonly Ranked[];
  /** Number of comparisons with the reference that were tested. Every interval and verdict is corrected for them. */
  readonly tests: number;
  /** Number of seeds that the means are over, if some methods have further seeds. */
  readonly common?: number;
}

/**
 * All methods by their mean at a sparsity, each compared with the reference. If the methods do not have the same seeds, the means
 * are over the common seeds: a mean over other seeds may contradict a comparison paired by seed.
 */
export function rankGroups(groups: readonly Group[], reference: Group | undefined, share: number): Ranking {
  const { better } = metricOf(groups);
  const measured = groups.flatMap((group) => {
    const values = valuesBySeed(group, headlineAt({ pruner: mainPruner(group), share }));
    return values.size > 0 ? [{ group, values }] : [];
  });
  const common = commonSeeds(measured.map(({ values }) => values));
  const over = (values: BySeed): Estimate | undefined =>
    estimate(common ? common.flatMap((seed) => values.get(seed) ?? []) : [...values.values()]);
  const base = measured.find(({ group }) => group === reference);
  const family = againstReference(
    base?.values ?? new Map(),
    new Map(measured.filter((entry) => entry !== base).map(({ group, values }) => [group, values])),
  );
  const rows = measured.map(({ group, values }): Ranked => {
    const against = family.of.get(group);
    const dense = over(valuesBySeed(group, headlineAt(denseOf(group))));
    return {
      group,
      ...(dense ? { dense } : {}),
      value: over(values)!,
      ...(against ? { against } : {}),
      verdict: group === reference ? 'reference' : verdictOf(against, better),
    };
  });
  const sign = better === 'higher' ? -1 : 1;
  return {
    rows: rows.toSorted((a, b) => sign * (a.value.mean - b.value.mean)),
    tests: family.tests,
    ...(common ? { common: common.length } : {}),
  };
}

function verdictOf(against: AgainstReference | undefined, better: HeadlineMetric['better']): Verdict {
  if (!against) return 'untested';
  const { standing } = against;
  if (standing === 'undecided' || standing === 'untested') return standing;
  return (standing === 'larger') === (better === 'higher') ? 'better' : 'worse';
}

/**
 * The seeds that all methods have, if some have further ones. A single common seed is not used: it would leave no interval, and the method
 * that lacks more seeds is not tested.
 */
function commonSeeds(all: readonly BySeed[]): number[] | undefined {
  const [first, ...rest] = all;
  const common = [...(first?.keys() ?? [])].filter((seed) => rest.every((values) => values.has(seed)));
  return common.length > 1 && all.some(({ size }) => size > common.length) ? common : undefined;
}

import { metricOf, type HeadlineMetric } from '../data/headline-metric.js';
import type { Group } from '../data/groups.js';
import { denseOf, headlineAt, mainPruner, valuesBySeed } from '../data/measure.js';
import { againstReference, type AgainstReference } from '../stats/against-reference.js';
import { estimate, type Estimate } from '../stats/estimate.js';
import type { BySeed } from '../stats/paired.js';

/** What the seeds say of a method beside the reference. */
type Verdict = 'reference' | 'better' | 'worse' | 'undecided' | 'untested';

/** One method in the ranking. */
export interface Ranked {
  readonly group: Group;
  readonly dense?: Estimate;
  /** At the sparsity of the answer. */
  readonly value: Estimate;
  /** Method minus reference on the seeds that both have; its interval is corrected for all comparisons. */
  readonly against?: AgainstReference;
  readonly verdict: Verdict;
}

export interface Ranking {
  /** Best first. */
  readonly rows: readonly Ranked[];
  /** Comparisons with the reference that were tested, and that every interval and verdict is corrected for. */
  readonly tests: number;
  /** Number of seeds that the means are over, where some methods have more of their own. */
  readonly common?: number;
}

/**
 * All methods by their mean at a sparsity, each compared with the reference. Where they do not have the same seeds, the means
 * are over those that all have: the mean of other seeds may tell the opposite of a comparison paired by seed.
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
 * The seeds that all have, where some have others as well. Not a single one: it would leave no interval, and the pair that
 * lacks more is not tested.
 */
function commonSeeds(all: readonly BySeed[]): number[] | undefined {
  const [first, ...rest] = all;
  const common = [...(first?.keys() ?? [])].filter((seed) => rest.every((values) => values.has(seed)));
  return common.length > 1 && all.some(({ size }) => size > common.length) ? common : undefined;
}

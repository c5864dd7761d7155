import { accuracyQuantity, LEVEL } from '../data/compare-groups.js';
import { estimateOver, sharesOf, valuesBySeed } from '../data/measure.js';
import { holm, pairedDifference, type PairedDifference } from '../stats/paired.js';
import { formatShare } from '../tables/format.js';
import { estimated, left, missing, number, right, text, type Table } from '../tables/table.js';
import type { Match } from './match.js';

/** One method at one share in two sweeps. */
export interface Change {
  readonly match: Match;
  readonly share: number;
  /** B minus A over the seeds that both have; absent without a common seed. */
  readonly paired?: PairedDifference;
  /** After Holm's adjustment over all changes. */
  readonly adjusted?: number;
}

/** Test accuracy of B minus A for every method and share that both measured, as one family of tests. */
export function changesOf(matches: readonly Match[]): Change[] {
  const changes = matches.flatMap((match): Change[] => {
    const inB = new Set(sharesOf([match.b]));
    return sharesOf([match.a])
      .filter((share) => inB.has(share))
      .map((share) => {
        const a = valuesBySeed(match.a, accuracyQuantity(match.a, share));
        const b = valuesBySeed(match.b, accuracyQuantity(match.b, share));
        const paired = pairedDifference(b, a);
        return { match, share, ...(paired ? { paired } : {}) };
      });
  });
  const tested = changes.filter(({ paired }) => paired?.p !== undefined);
  const adjusted = new Map(holm(tested.map(({ paired }) => paired!.p!)).map((p, i) => [tested[i]!, p]));
  return changes.map((change) => {
    const p = adjusted.get(change);
    return p === undefined ? change : { ...change, adjusted: p };
  });
}

/** The accuracies of both sweeps and their differences. */
export function changesTable(changes: readonly Change[], [a, b]: readonly [string, string]): Table {
  return {
    id: 'changes',
    title: `Test accuracy (%) in A (${a}) and B (${b})`,
    columns: [
      left('setting', 'setting'),
      left('method', 'method'),
      right('share', 'removed'),
      right('a', 'A'),
      right('b', 'B'),
      right('difference', 'B - A (points)'),
      right('p', 'p'),
      right('p_holm', 'p (Holm)'),
    ],
    rows: changes.map(({ match, share, paired, adjusted }) => [
      text(match.setting),
      text(match.a.name),
      text(formatShare(share)),
      estimated(estimateOver(match.a, accuracyQuantity(match.a, share)), 'percent'),
      estimated(estimateOver(match.b, accuracyQuantity(match.b, share)), 'percent'),
      paired ? estimated(paired.difference, 'points') : missing('no common seed'),
      number(paired?.p, 'p', 'one common seed, or no spread over seeds'),
      number(adjusted, 'p', 'one common seed, or no spread over seeds'),
    ]),
    notes: [
      'Every network predicts with its mean weights and is pruned by its own criterion.',
      `Differences are paired by seed. p (Holm) is adjusted for all comparisons of this table: below ${LEVEL} it counts as a difference. The intervals are not adjusted.`,
    ],
  };
}

/** What else differs between the sweeps: options of the same method, and methods that only one of them has. */
export function optionsTable(
  matches: readonly Match[],
  onlyA: readonly string[],
  onlyB: readonly string[],
): Table {
  const rows = [
    ...matches.map(({ setting, a, changes }) => [
      text(setting),
      text(a.name),
      text(changes.join('; ') || 'the same options'),
    ]),
    ...onlyA.map((name) => [text(''), text(name), text('only in A')]),
    ...onlyB.map((name) => [text(''), text(name), text('only in B')]),
  ];
  return {
    id: 'options',
    title: 'Options that differ (A -> B)',
    columns: [left('setting', 'setting'), left('method', 'method'), left('changes', 'changes')],
    rows,
    notes: [],
  };
}

import { headlineQuantity, LEVEL } from '../data/compare-groups.js';
import { metricOf, named } from '../data/headline-metric.js';
import { estimateOver, sharesOf, valuesBySeed } from '../data/measure.js';
import { predictsNote } from '../data/predict.js';
import { holmByFamily, pairedDifference, type PairedDifference } from '../stats/paired.js';
import { formatShare } from '../tables/format.js';
import { capitalised } from '../answer/words.js';
import { estimated, left, missing, number, right, text, type Table } from '../tables/table.js';
import { groupsOf, type Match } from './match.js';

/** One method at one share in two sweeps. */
export interface Change {
  readonly match: Match;
  readonly share: number;
  /** B minus A over the seeds that both have; absent without a common seed. */
  readonly paired?: PairedDifference;
  /** The p-value after Holm's adjustment over the changes at the same share. */
  readonly adjusted?: number;
  /** Tests that `adjusted` corrects for. */
  readonly tests: number;
}

/** B minus A of one method at one share; undefined without a common seed. */
export function changeOf({ a, b }: Match, share: number): PairedDifference | undefined {
  return pairedDifference(
    valuesBySeed(b, headlineQuantity(b, share)),
    valuesBySeed(a, headlineQuantity(a, share)),
  );
}

/** Shares at which both sweeps measured a method. */
export function commonShares({ a, b }: Match): number[] {
  const inB = new Set(sharesOf([b]));
  return sharesOf([a]).filter((share) => inB.has(share));
}

/** B minus A for every method and share that both measured; the methods at one share are one family of tests. */
export function changesOf(matches: readonly Match[]): Change[] {
  const changes = matches.flatMap((match) =>
    commonShares(match).map((share) => {
      const paired = changeOf(match, share);
      return {
        match,
        share,
        ...(paired ? { paired } : {}),
        ...(paired?.p === undefined ? {} : { p: paired.p }),
      };
    }),
  );
  return holmByFamily(changes, ({ share }) => share);
}

/** The headlines of both sweeps and their differences. */
export function changesTable(changes: readonly Change[], [a, b]: readonly [string, string]): Table {
  const metric = metricOf(changes.flatMap(({ match }) => groupsOf(match)));
  return {
    id: 'changes',
    title: `${named(capitalised(metric.name), metric.unit)} in A (${a}) and B (${b})`,
    columns: [
      left('setting', 'setting'),
      left('method', 'method'),
      right('share', 'removed'),
      right('a', 'A'),
      right('b', 'B'),
      right('difference', named('B - A', metric.difference.unit)),
      right('p', 'p'),
      right('p_holm', 'p (Holm)'),
      right('tests', 'tests'),
    ],
    rows: changes.map(({ match, share, paired, adjusted, tests }) => [
      text(match.setting),
      text(match.a.name),
      text(formatShare(share)),
      estimated(estimateOver(match.a, headlineQuantity(match.a, share)), metric.format),
      estimated(estimateOver(match.b, headlineQuantity(match.b, share)), metric.format),
      paired ? estimated(paired.difference, metric.difference.format) : missing('no common seed'),
      number(paired?.p, 'p', 'one common seed, or no spread over seeds'),
      number(adjusted, 'p', 'one common seed, or no spread over seeds'),
      number(tests, 'count'),
    ]),
    notes: [
      predictsNote(
        changes.flatMap(({ match }) => groupsOf(match)),
        'Every network is pruned by its own criterion and predicts',
      ),
      `Differences are paired by seed. p (Holm) is adjusted for the tests at the same sparsity, as many as the last column tells: below ${LEVEL} it counts as a difference. The intervals are not adjusted.`,
    ],
  };
}

/** Further differences between the sweeps: options of the same method, and methods that only one of them has. */
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

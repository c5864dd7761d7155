import { choosePrimaryBy, validationMean, type Primary } from '../answer/primary.js';
import { capitalised, list } from '../answer/words.js';
import { headlineQuantity } from '../data/compare-groups.js';
import { metricOf, named, type HeadlineMetric } from '../data/headline-metric.js';
import { estimateOver, exampleNoun } from '../data/measure.js';
import { trainingOf } from '../data/training-of.js';
import { familyOf, type AgainstReference } from '../stats/against-reference.js';
import { formatShare } from '../tables/format.js';
import { estimated, left, right, text, type Table } from '../tables/table.js';
import { groupsOf, type Match } from './match.js';
import { changeOf, commonShares } from './table.js';

type Verdict = 'B is better' | 'B is worse' | 'the same' | 'undecided' | 'untested';

/** The first statement of a comparison of two sweeps: at one sparsity, one test for each method. */
export interface ComparisonAnswer {
  readonly sentence: string;
  readonly table: Table;
  /** The metric by which A and B are compared: "accuracy", "RMSE". */
  readonly headline: string;
}

/** @param sparsity fraction of the weights removed; default: where A and B differ most on the validation images */
export function comparisonAnswer(matches: readonly Match[], sparsity?: number): ComparisonAnswer {
  const primary = choosePrimaryBy(
    sharesOfAll(matches),
    (share) => largest(matches.map((match) => apartOnValidation(match, share))),
    sparsity,
    exampleNoun(matches.flatMap(groupsOf)),
  );
  const { share } = primary;
  const metric = metricOf(matches.flatMap(groupsOf));
  const family = familyOf(
    new Map(
      matches.flatMap((match) => {
        const change = changeOf(match, share);
        return change ? [[match, change] as const] : [];
      }),
    ),
  );
  const rows = matches.map((match) => {
    const against = family.of.get(match);
    return { match, against, verdict: verdictOf(against, metric) };
  });
  return {
    headline: metric.name.replace(/^test /, ''),
    sentence: sentenceOf(rows, share),
    table: tableOf(rows, primary, family.tests, metric),
  };
}

interface Row {
  readonly match: Match;
  readonly against: AgainstReference | undefined;
  readonly verdict: Verdict;
}

/** Sparsities that every method was measured at in both sweeps. */
export function sharesOfAll(matches: readonly Match[]): number[] {
  const [first = [], ...rest] = matches.map(commonShares);
  return first.filter((share) => rest.every((shares) => shares.includes(share)));
}

function verdictOf(against: AgainstReference | undefined, { better }: HeadlineMetric): Verdict {
  if (against?.difference.values.every((value) => value === 0)) return 'the same';
  if (!against || against.standing === 'untested') return 'untested';
  if (against.standing === 'undecided') return 'undecided';
  return (against.standing === 'larger') === (better === 'higher') ? 'B is better' : 'B is worse';
}

function sentenceOf(rows: readonly Row[], share: number): string {
  const when = share === 0 ? 'Without pruning' : `With ${formatShare(share)} of the weights removed`;
  const named = (verdict: Verdict, words: string): string[] => {
    const names = rows.filter((row) => row.verdict === verdict).map(({ match }) => nameOf(match, rows));
    return names.length > 0 ? [`${words} ${list(names)}`] : [];
  };
  const parts = [
    ...named('B is better', 'B is better than A for'),
    ...named('B is worse', 'B is worse than A for'),
    ...named('the same', 'B is the same as A for'),
    ...named('undecided', 'the seeds do not tell for'),
    ...named('untested', 'nothing could be tested for'),
  ];
  return `${when}, ${parts.join('; ')}.`;
}

/** The name of a method, with its setting if there are several. */
function nameOf({ a, setting }: Match, rows: readonly Row[]): string {
  return haveSettings(rows) ? `${a.name} (${setting})` : a.name;
}

function haveSettings(rows: readonly Row[]): boolean {
  return new Set(rows.map(({ match }) => match.setting)).size > 1;
}

function tableOf(
  rows: readonly Row[],
  { share, reason }: Primary,
  tests: number,
  metric: HeadlineMetric,
): Table {
  const several = haveSettings(rows);
  const where = several ? '' : `: ${rows[0]!.match.setting}`;
  return {
    id: 'answer',
    title: `${named(capitalised(metric.name), metric.unit)}${share === 0 ? ' without pruning' : ` with ${formatShare(share)} of the weights removed`}${where}`,
    columns: [
      ...(several ? [left('setting', 'setting')] : []),
      left('method', 'method'),
      right('a', 'A'),
      right('b', 'B'),
      right('difference', named('B - A', metric.difference.unit)),
      left('verdict', 'verdict'),
      left('training', 'trained with'),
    ],
    rows: rows.map(({ match, against, verdict }) => [
      ...(several ? [text(match.setting)] : []),
      text(match.a.name),
      estimated(estimateOver(match.a, headlineQuantity(match.a, share)), metric.format),
      estimated(estimateOver(match.b, headlineQuantity(match.b, share)), metric.format),
      estimated(against?.difference, metric.difference.format, 'no seed in common'),
      text(verdict),
      text(trainingText(match)),
    ]),
    notes: [familyNote(tests), reason],
  };
}

function trainingText({ a, b }: Match): string {
  const [inA, inB] = [trainingOf(a), trainingOf(b)];
  return inA === inB ? inA : `${inA} -> ${inB}`;
}

function familyNote(tests: number): string {
  if (tests === 0) {
    return 'Nothing was tested: the sweeps share fewer than two seeds, or their results differ by the same in every seed.';
  }
  const family =
    tests === 1 ? 'one comparison, so nothing is corrected' : `corrected for ${tests} comparisons`;
  return `Verdict: the interval of the difference, paired by seed (${family}); undecided where it holds 0.`;
}

function apartOnValidation({ a, b }: Match, share: number): number | undefined {
  const [inA, inB] = [validationMean(a, share), validationMean(b, share)];
  return inA === undefined || inB === undefined ? undefined : Math.abs(inA - inB);
}

function largest(values: readonly (number | undefined)[]): number | undefined {
  return values.includes(undefined) ? undefined : Math.max(...(values as number[]));
}

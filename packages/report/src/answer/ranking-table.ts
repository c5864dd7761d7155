import { metricOf, named, type HeadlineMetric } from '../data/headline-metric.js';
import { settingId, type Group, type Setting } from '../data/groups.js';
import { trainingOf } from '../data/training-of.js';
import { formatShare } from '../tables/format.js';
import { estimated, left, missing, right, text, type Cell, type Table } from '../tables/table.js';
import type { Primary } from './primary.js';
import { capitalised } from './words.js';
import type { Ranked, Ranking } from './rank.js';

/** The table under the sentence: every method, best first, with its comparison with the reference. */
export function rankingTable(
  setting: Setting,
  { share, reason }: Primary,
  { rows, tests, common }: Ranking,
  reference: Group | undefined,
): Table {
  const metric = metricOf(setting.groups);
  const compared = reference !== undefined && rows.length > 1;
  const measured = share === 0 ? [] : [right('value', `${formatShare(share)} removed`)];
  return {
    id: `answer-${settingId(setting)}`,
    title: `${named(capitalised(metric.name), metric.unit)}${share === 0 ? '' : `, dense and with ${formatShare(share)} of the weights removed`}`,
    columns: [
      left('method', 'method'),
      right('dense', 'dense'),
      ...measured,
      ...(compared ? [right('difference', `minus ${reference.name}`), left('verdict', 'verdict')] : []),
      left('training', 'trained with'),
    ],
    rows: rows.map((row) => [
      text(row.group.name),
      estimated(row.dense, metric.format),
      ...(share === 0 ? [] : [estimated(row.value, metric.format)]),
      ...(compared ? [differenceCell(row, metric), text(row.verdict)] : []),
      text(trainingOf(row.group)),
    ]),
    notes: [
      ...(common === undefined ? [] : [`Means are over the ${common} seeds that all methods have.`]),
      ...(compared ? [verdictNote(tests, reference)] : []),
      reason,
    ],
  };
}

function differenceCell({ verdict, against }: Ranked, { difference }: HeadlineMetric): Cell {
  if (verdict === 'reference') return missing('the reference');
  return estimated(against?.difference, difference.format, 'no seed in common with the reference');
}

function verdictNote(tests: number, { name }: Group): string {
  if (tests === 0)
    return `Nothing was tested: no method has two seeds in common with ${name}, the reference.`;
  const family =
    tests === 1 ? 'one comparison, so nothing is corrected' : `corrected for ${tests} comparisons`;
  return `Verdict: the interval of the difference from ${name}, the reference, paired by seed (${family}); undecided where it holds 0.`;
}

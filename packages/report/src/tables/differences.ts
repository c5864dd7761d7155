import { compareGroups, LEVEL } from '../data/compare-groups.js';
import { metricOf, named } from '../data/headline-metric.js';
import { settingTitle, type Setting } from '../data/groups.js';
import { formatShare } from './format.js';
import { estimated, left, number, right, text, type Table } from './table.js';

/**
 * Differences between all methods at all sparsities, paired by seed.
 * @returns undefined with fewer than two methods
 */
export function differencesTable(setting: Setting): Table | undefined {
  const comparisons = compareGroups(setting.groups);
  if (comparisons.length === 0) return undefined;
  const metric = metricOf(setting.groups);
  const tested = comparisons.filter(({ p }) => p !== undefined).length;
  return {
    id: 'differences',
    title: `Differences in ${named(metric.name, metric.difference.unit)}, paired by seed: ${settingTitle(setting)}`,
    columns: [
      right('share', 'removed'),
      left('a', 'method'),
      left('b', 'minus'),
      right('difference', 'difference'),
      right('p', 'p'),
      right('p_holm', 'p (Holm)'),
      right('tests', 'tests'),
    ],
    rows: comparisons.map(({ share, a, b, difference, p, adjusted, tests }) => [
      text(formatShare(share)),
      text(a.name),
      text(b.name),
      estimated(difference, metric.difference.format),
      number(p, 'p', 'one seed, or no spread over seeds'),
      number(adjusted, 'p', 'one seed, or no spread over seeds'),
      number(tests, 'count'),
    ]),
    notes: notes(tested),
  };
}

function notes(tested: number): string[] {
  if (tested === 0) return ['No paired t-test was possible: one seed in common, or no spread over seeds.'];
  return [
    `Paired t-tests. p (Holm) is adjusted for the tests at the same sparsity, as many as the last column tells: below ${LEVEL} it counts as a difference. The intervals are not adjusted.`,
    `The table has ${tested} ${tested === 1 ? 'test' : 'tests'} in all. Look here for what to test next: the answer at the top is the comparison that was chosen before.`,
  ];
}

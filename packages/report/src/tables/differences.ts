import { compareGroups, LEVEL } from '../data/compare-groups.js';
import { settingTitle, type Setting } from '../data/groups.js';
import { formatShare } from './format.js';
import { estimated, left, number, right, text, type Table } from './table.js';

/**
 * Differences in test accuracy between methods, paired by seed.
 * @returns undefined with fewer than two methods
 */
export function differencesTable(setting: Setting): Table | undefined {
  const comparisons = compareGroups(setting.groups);
  if (comparisons.length === 0) return undefined;
  const tested = comparisons.filter(({ p }) => p !== undefined).length;
  return {
    id: 'differences',
    title: `Differences in test accuracy (percentage points), paired by seed: ${settingTitle(setting)}`,
    columns: [
      right('share', 'removed'),
      left('a', 'method'),
      left('b', 'minus'),
      right('difference', 'difference'),
      right('p', 'p'),
      right('p_holm', 'p (Holm)'),
    ],
    rows: comparisons.map(({ share, a, b, difference, p, adjusted }) => [
      text(formatShare(share)),
      text(a.name),
      text(b.name),
      estimated(difference, 'points'),
      number(p, 'p', 'one seed, or no spread over seeds'),
      number(adjusted, 'p', 'one seed, or no spread over seeds'),
    ]),
    notes: [note(tested, comparisons.length)],
  };
}

/** Holm's family is of the comparisons that could be tested. */
function note(tested: number, all: number): string {
  if (tested === 0) return 'No paired t-test was possible: one seed in common, or no spread over seeds.';
  const those = tested === 1 ? 'one comparison' : `${tested} comparisons`;
  const family =
    tested === all
      ? `all ${all} comparisons of this table`
      : `the ${those} of this table that could be tested`;
  return `Paired t-tests. p (Holm) is adjusted for ${family}: below ${LEVEL} it counts as a difference. The intervals are not adjusted.`;
}

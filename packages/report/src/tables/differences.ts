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
    notes: [
      `Paired t-tests. p (Holm) is adjusted for all ${comparisons.length} comparisons of this table: below ${LEVEL} it counts as a difference. The intervals are not adjusted.`,
    ],
  };
}

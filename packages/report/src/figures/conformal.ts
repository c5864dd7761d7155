import { calibrationNote, promiseOf, scoresOf } from '../data/calibrated.js';
import { settingTitle, type Setting } from '../data/groups.js';
import { isOfClasses, metricOf, named } from '../data/headline-metric.js';
import { formatShare } from '../tables/format.js';
import { byShare, type Quantity } from './by-share.js';
import type { Figure } from './figure.js';
import type { StyleOf } from './style.js';

/**
 * The cost of a promised coverage before and after pruning: the size of conformal sets, or the width of intervals, and whether the
 * promise is kept.
 * @returns undefined if no trial was calibrated
 */
export function conformalFigure(setting: Setting, styleOf: StyleOf): Figure | undefined {
  const classes = isOfClasses(setting.groups);
  const names = scoresOf(setting, classes ? 'sets' : 'intervals');
  if (names.length === 0) return undefined;
  const { level } = promiseOf(setting);
  const promise = formatShare(level);
  const quantities = classes ? sets(promise, level) : intervals(setting, promise, level);
  return byShare(
    setting,
    styleOf,
    'conformal',
    `${classes ? 'Set size' : 'Width of intervals'} at ${promise} coverage, by sparsity: ${settingTitle(setting)}`,
    quantities,
    `${classes ? 'Sets by LAC: all classes above one probability; a mean below 1 has empty ones.' : 'Intervals scaled by the predicted standard deviation.'} Dashed: the promise. ${calibrationNote(setting)}`,
  );
}

function sets(promise: string, level: number): Quantity[] {
  return [
    {
      title: `classes in a set at ${promise} coverage`,
      value: ({ calibrated }) => calibrated?.sets?.['lac']?.size,
      digits: 3,
    },
    {
      title: 'test labels in their set (%)',
      value: ({ calibrated }) => hundredfold(calibrated?.sets?.['lac']?.coverage),
      digits: 2,
      nominal: 100 * level,
      within: [0, 100],
    },
  ];
}

function intervals({ groups }: Setting, promise: string, level: number): Quantity[] {
  const { unit } = metricOf(groups);
  return [
    {
      title: named(`width of an interval at ${promise} coverage`, unit),
      value: ({ calibrated }) => calibrated?.intervals?.['scaled']?.width,
      digits: 3,
    },
    {
      title: 'test targets in their interval (%)',
      value: ({ calibrated }) => hundredfold(calibrated?.intervals?.['scaled']?.coverage),
      digits: 2,
      nominal: 100 * level,
      within: [0, 100],
    },
  ];
}

const hundredfold = (value: number | undefined): number | undefined =>
  value === undefined ? undefined : value * 100;

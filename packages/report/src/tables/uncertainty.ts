import { isOfClasses, metricOf, type HeadlineMetric } from '../data/headline-metric.js';
import { settingTitle, type Setting } from '../data/groups.js';
import { estimateOver, findEvaluation, mainPruner, sharesOf } from '../data/measure.js';
import { predictionsOf } from '../data/predict.js';
import { samplesOf } from './calibration.js';
import { formatShare } from './format.js';
import { estimated, left, right, text, type Format, type Table } from './table.js';

interface Measure {
  readonly key: string;
  readonly header: string;
  readonly format: Format;
}

/** Columns that fit on a terminal. */
const SHORT = ['rmse', 'nll', 'crps', 'coverage50', 'coverage90', 'width90'];

/**
 * Error, NLL, CRPS and coverage of the dense networks of a setting without classes. Undefined for classes.
 * @param setting all groups of one data set and network
 */
export function denseUncertaintyTable(setting: Setting): Table | undefined {
  return uncertaintyOf(setting, [0], (key) => SHORT.includes(key));
}

/**
 * The metrics of a setting without classes: error, NLL, CRPS, coverage and width of intervals, spread. For a likelihood
 * that this version does not know, all numbers of its evaluations.
 * @returns undefined for classes, which have a table of their own
 */
export function uncertaintyTable(setting: Setting): Table | undefined {
  return uncertaintyOf(setting);
}

function uncertaintyOf(
  setting: Setting,
  only?: readonly number[],
  shows: (key: string) => boolean = () => true,
): Table | undefined {
  if (isOfClasses(setting.groups)) return undefined;
  const metric = metricOf(setting.groups);
  const measures = measuresOf(setting, metric).filter(({ key }) => shows(key));
  const rows = setting.groups.flatMap((group) =>
    predictionsOf(group).flatMap((predict) =>
      (only ?? sharesOf([group])).map((share) => [
        text(group.name),
        text(predict),
        text(formatShare(share)),
        ...measures.map(({ key, format }) =>
          estimated(
            estimateOver(
              group,
              (result) => findEvaluation(result, { pruner: mainPruner(group), share }, predict)?.metrics[key],
            ),
            format,
          ),
        ),
      ]),
    ),
  );
  return {
    id: 'uncertainty',
    title: `Error and uncertainty ${only ? 'of dense networks' : 'before and after pruning'}: ${settingTitle(setting)}`,
    columns: [
      left('method', 'method'),
      left('predict', 'predicts by'),
      right('share', 'removed'),
      ...measures.map(({ key, header }) => right(columnKey(key), header)),
    ],
    rows,
    notes: notesFor(setting, metric, measures),
  };
}

function columnKey(key: string): string {
  return key.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function notesFor(setting: Setting, { unit }: HeadlineMetric, measures: readonly Measure[]): string[] {
  const has = (key: string): boolean => measures.some((measure) => measure.key === key);
  const inUnit = unit ? `RMSE, MAE, CRPS, widths and standard deviations in${unit}` : undefined;
  return [
    ...(has('crps')
      ? [
          `${inUnit ? `${inUnit}; ` : ''}NLL in nats per example, of a density over the target. Lower RMSE, MAE, NLL and CRPS (continuous ranked probability score) are better.`,
        ]
      : []),
    ...(has('coverage90')
      ? [
          'Cover: share of the test targets within the central interval of that probability; a calibrated network has the share that the name says, and of two of those the narrower intervals are better.',
        ]
      : []),
    ...(has('calibrationError')
      ? [
          'Calibration error: mean distance between the share of targets below a predicted quantile and its level.',
        ]
      : []),
    ...(has('epistemic')
      ? ['Epistemic: what draws of the weights differ by. Aleatoric: the noise that they predict.']
      : []),
    `"samples" predicts by the mixture of ${samplesOf(setting)} draws.`,
  ];
}

function measuresOf({ groups }: Setting, { format }: HeadlineMetric): Measure[] {
  const names = new Set(
    groups.flatMap(({ results }) =>
      results.flatMap(({ pruning }) =>
        pruning.flatMap(({ evaluations }) => evaluations.flatMap(({ metrics }) => Object.keys(metrics))),
      ),
    ),
  );
  const known = regressionMeasures(format).filter(({ key }) => names.has(key));
  const others = [...names].filter((name) => !known.some(({ key }) => key === name));
  return [...known, ...others.map((key): Measure => ({ key, header: key, format: 'fixed4' }))];
}

function regressionMeasures(format: Format): Measure[] {
  return [
    { key: 'rmse', header: 'RMSE', format },
    { key: 'mae', header: 'MAE', format },
    { key: 'nll', header: 'NLL', format: 'fixed4' },
    { key: 'crps', header: 'CRPS', format },
    ...[50, 90, 95].flatMap((level): Measure[] => [
      { key: `coverage${level}`, header: `cover ${level} (%)`, format: 'percent' },
      { key: `width${level}`, header: `width ${level}`, format },
    ]),
    { key: 'epistemic', header: 'epistemic sd', format },
    { key: 'aleatoric', header: 'aleatoric sd', format },
    { key: 'calibrationError', header: 'calibration error (%)', format: 'percent' },
  ];
}

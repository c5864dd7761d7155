import type { Calibrated, SetReport } from '@bbb/core';
import { calibratedAt, calibrationNote, promiseOf, scoresOf } from '../data/calibrated.js';
import { settingTitle, type Group, type Setting } from '../data/groups.js';
import { isOfClasses, metricOf } from '../data/headline-metric.js';
import { estimateOver, mainPruner, sharesOf } from '../data/measure.js';
import { predictionsOf } from '../data/predict.js';
import { formatShare } from './format.js';
import { estimated, left, missing, right, text, type Cell, type Format, type Table } from './table.js';

const NAMES: Readonly<Record<string, string>> = {
  lac: 'LAC',
  aps: 'APS',
  raps: 'RAPS',
  lacByClass: 'LAC by class',
  absolute: 'equal width',
  scaled: 'scaled by sd',
  quantile: 'moved quantiles',
};

interface Measure {
  readonly key: string;
  readonly header: string;
  readonly format: Format;
  readonly of: (calibrated: Calibrated) => number | undefined;
}

/**
 * The calibration of dense and pruned networks: temperature, and coverage and size of conformal sets or intervals.
 * @returns undefined if no trial was calibrated
 */
export function conformalTable(setting: Setting): Table | undefined {
  const measures = isOfClasses(setting.groups) ? ofClasses(setting) : ofNumbers(setting);
  if (measures.length === 0) return undefined;
  const rows = setting.groups.flatMap((group) =>
    predictionsOf(group).flatMap((predict) =>
      sharesOf([group]).map((share): Cell[] => [
        text(group.name),
        text(predict),
        text(formatShare(share)),
        ...measures.map(({ of, format }) => cell(group, share, predict, of, format)),
      ]),
    ),
  );
  return {
    id: 'conformal',
    title: `${isOfClasses(setting.groups) ? 'Conformal sets' : 'Conformal intervals'} before and after pruning: ${settingTitle(setting)}`,
    columns: [
      left('method', 'method'),
      left('predict', 'predicts by'),
      right('share', 'removed'),
      ...measures.map(({ key, header }) => right(key, header)),
    ],
    rows,
    notes: [...notesOf(setting), calibrationNote(setting)],
  };
}

function cell(
  group: Group,
  share: number,
  predict: Parameters<typeof calibratedAt>[1],
  of: Measure['of'],
  format: Format,
): Cell {
  const at = calibratedAt({ pruner: mainPruner(group), share }, predict);
  const found = estimateOver(group, (result) => {
    const calibrated = at(result);
    return calibrated && of(calibrated);
  });
  return found ? estimated(found, format) : missing('not calibrated');
}

function ofClasses(setting: Setting): Measure[] {
  const sets = scoresOf(setting, 'sets');
  if (sets.length === 0) return [];
  return [
    { key: 'temperature', header: 'temperature', format: 'fixed3', of: ({ temperature }) => temperature },
    { key: 'nll_scaled', header: 'NLL at it', format: 'fixed4', of: (c) => c.atTemperature?.nll },
    { key: 'ece_scaled', header: 'ECE at it (%)', format: 'percent', of: (c) => c.atTemperature?.ece },
    ...sets.flatMap((name): Measure[] => [
      {
        key: `coverage_${columnKey(name)}`,
        header: `cover ${NAMES[name] ?? name} (%)`,
        format: 'percent',
        of: (c) => c.sets?.[name]?.coverage,
      },
      {
        key: `worst_${columnKey(name)}`,
        header: `worst class ${NAMES[name] ?? name} (%)`,
        format: 'percent',
        of: (c) => worstClass(c.sets?.[name]),
      },
      {
        key: `size_${columnKey(name)}`,
        header: `size ${NAMES[name] ?? name}`,
        format: 'fixed3',
        of: (c) => c.sets?.[name]?.size,
      },
    ]),
  ];
}

function ofNumbers(setting: Setting): Measure[] {
  const { format } = metricOf(setting.groups);
  return scoresOf(setting, 'intervals').flatMap((name): Measure[] => [
    {
      key: `coverage_${columnKey(name)}`,
      header: `cover, ${NAMES[name] ?? name} (%)`,
      format: 'percent',
      of: (c) => c.intervals?.[name]?.coverage,
    },
    {
      key: `width_${columnKey(name)}`,
      header: `width, ${NAMES[name] ?? name}`,
      format,
      of: (c) => c.intervals?.[name]?.width,
    },
  ]);
}

/** The lowest coverage of a class in the test set. */
function worstClass(sets: SetReport | undefined): number | undefined {
  const shares = (sets?.byClass ?? []).flatMap(([examples, covered]) =>
    examples > 0 ? [covered / examples] : [],
  );
  return shares.length === 0 ? undefined : Math.min(...shares);
}

function notesOf(setting: Setting): string[] {
  const percent = formatShare(promiseOf(setting).level);
  if (!isOfClasses(setting.groups)) {
    return [
      `Cover: share of the test targets within conformal intervals made to cover ${percent}; of intervals that do, narrower ones are better.`,
      'Equal width: the mean plus or minus one number. Scaled by sd: as many predicted standard deviations on each side. Moved quantiles: the predicted interval, both ends moved by one number.',
    ];
  }
  return [
    `A conformal set is made to have the right class with a probability of ${percent}, whatever the network: a bad one pays with size, the mean number of classes in a set; below 1 some sets are empty, since the network is right more often than was promised. Cover: share of the test labels that are in their set; worst class: the same of the class with the lowest.`,
    'LAC: all classes above one probability, the smallest sets on average. APS: the most probable classes until their sum is enough, with a random last one; RAPS: the same with a penalty on large sets. LAC by class: a bound for each class, which keeps the promise for each.',
    'Temperature: what logits are divided by for the lowest NLL on the calibration examples; above 1 the network was too sure. Sets are of the network as it is, for a temperature before them can make them larger.',
  ];
}

function columnKey(key: string): string {
  return key.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

import type { TrialResult } from '@bbb/core';
import { areSmall, secondsPerEpoch, targetErrors, timeTo, timeToBest, type Reached } from '../data/cost.js';
import { trainingOf } from '../data/training-of.js';
import { settingTitle, type Group, type Setting } from '../data/groups.js';
import { metricOf } from '../data/headline-metric.js';
import { estimateOver, exampleNoun } from '../data/measure.js';
import { estimated, left, missing, right, text, type Cell, type Table } from './table.js';

/**
 * The cost of training: time per epoch, and epochs and time to the lowest validation error and to given ones, so that
 * a reader can see "fewer epochs, but more wall time".
 * @param setting all groups of one data set and network
 * @param targets validation errors; default `targetErrors`
 */
export function costTable(
  setting: Setting,
  targets: readonly number[] = targetErrors(setting.groups),
): Table {
  const { error, factor, unit } = metricOf(setting.groups);
  const label = (target: number): string => `${Number((target * factor).toPrecision(6))}${unit}`;
  const reaches = [
    { key: 'best', header: 'best', reached: timeToBest },
    ...targets.map((target) => ({
      key: `${target}`,
      header: label(target),
      reached: (result: TrialResult) => timeTo(result, target),
    })),
  ];
  const validated = setting.groups.some(({ results }) => results.some(({ bestEpoch }) => bestEpoch));
  const shown = validated ? reaches : [];
  return {
    id: 'cost',
    title: `Cost of training: ${settingTitle(setting)}`,
    columns: [
      left('method', 'method'),
      right('seconds_per_epoch', 's/epoch'),
      right('epochs', 'epochs'),
      right('seconds', 'training s'),
      ...shown.flatMap(({ key, header }) => [
        right(`epochs_to_${key}`, `epochs to ${header}`),
        right(`seconds_to_${key}`, `s to ${header}`),
      ]),
    ],
    rows: setting.groups.map((group) => [
      text(group.name, trainingOf(group)),
      estimated(
        estimateOver(group, secondsPerEpoch),
        areSmall(setting.groups, secondsPerEpoch) ? 'fixed4' : 'fixed2',
      ),
      text(String(group.results[0]!.trial.training.epochs)),
      estimated(
        estimateOver(group, ({ epochs }) => epochs.reduce((sum, { seconds }) => sum + seconds, 0)),
        'seconds',
      ),
      ...shown.flatMap(({ reached }) => [
        reachedCell(group, reached, 'epochs'),
        reachedCell(group, reached, 'seconds'),
      ]),
    ]),
    notes: [
      validated
        ? `Epochs and training seconds up to the first epoch whose validation ${error.name} is the lowest of the trial, or at most the given one. Evaluation is not counted.`
        : `Trained without validation ${exampleNoun(setting.groups)}s, so there is no ${error.name} to measure the cost by.`,
      `Measured on ${cpus(setting).join('; ')}; times of trials that ran side by side disturb each other.`,
    ],
  };
}

/** The estimate is shown only if every seed reached the error: a mean over the lucky seeds would be too good. */
function reachedCell(
  group: Group,
  reached: (result: TrialResult) => Reached | undefined,
  key: keyof Reached,
): Cell {
  const { results } = group;
  const arrived = results.filter((result) => reached(result)).length;
  if (arrived === results.length) {
    return estimated(
      estimateOver(group, (result) => reached(result)?.[key]),
      key === 'epochs' ? 'fixed1' : 'seconds',
    );
  }
  return arrived === 0 ? missing('not reached') : text(`${arrived} of ${results.length} seeds`);
}

function cpus({ groups }: Setting): string[] {
  return [...new Set(groups.flatMap(({ results }) => results.map(({ environment }) => environment.cpu)))];
}

import type { TrialResult } from '@bbb/core';
import { areSmall, secondsPerEpoch } from '../data/cost.js';
import { settingTitle, type Group, type Setting } from '../data/groups.js';
import { isOfClasses, metricOf, named } from '../data/headline-metric.js';
import { denseOf, estimateOver, findEvaluation, headlineAt, mainPruner, sharesOf } from '../data/measure.js';
import { bestPrediction, predictsNote } from '../data/predict.js';
import { trainingOf } from '../data/training-of.js';
import { formatShare } from './format.js';
import { oodSetsOf, totalScore } from './ood.js';
import { estimated, left, right, text, type Cell, type Format, type Table } from './table.js';

/** The sparsities that are usual in the literature. If the sweep has none of them, its highest ones are used. */
const USUAL = [0.9, 0.95, 0.98, 0.99];

interface Measure {
  readonly key: string;
  readonly header: string;
  readonly format: Format;
  readonly of: (group: Group) => (result: TrialResult) => number | undefined;
}

/**
 * The numbers that methods are chosen by, in one row each: dense and pruned, calibration, out-of-distribution detection, time, size.
 * @returns undefined for a single method, because there is nothing to choose
 */
export function overviewTable(setting: Setting): Table | undefined {
  const { groups } = setting;
  if (groups.length < 2) return undefined;
  const metric = metricOf(groups);
  const measures = [...qualities(groups), ...costs(groups)];
  const shares = usualShares(groups);
  return {
    id: 'overview',
    title: `At a glance: ${settingTitle(setting)}`,
    columns: [
      left('method', 'method'),
      left('pruner', 'pruned by'),
      right('dense', named(`dense ${metric.name}`, metric.unit)),
      ...shares.map((share) => right(`share_${share}`, `${formatShare(share)} removed`)),
      ...measures.map(({ key, header }) => right(key, header)),
    ],
    rows: groups.map((group): Cell[] => [
      text(group.name, trainingOf(group)),
      text(mainPruner(group)),
      ...[0, ...shares].map((share) =>
        estimated(estimateOver(group, headlineAt({ pruner: mainPruner(group), share })), metric.format),
      ),
      ...measures.map(({ of, format }) => estimated(estimateOver(group, of(group)), format)),
    ]),
    notes: notesOf(groups),
  };
}

function usualShares(groups: readonly Group[]): readonly number[] {
  const pruned = sharesOf(groups).filter((share) => share > 0);
  const usual = USUAL.filter((share) => pruned.includes(share));
  return usual.length > 0 ? usual : pruned.slice(-USUAL.length);
}

/** Metrics of the dense network, by its samples if it has any. */
function qualities(groups: readonly Group[]): Measure[] {
  const dense = (group: Group, result: TrialResult) =>
    findEvaluation(result, denseOf(group), bestPrediction(group));
  const score = totalScore(groups);
  const sets = [...new Set(groups.flatMap(oodSetsOf))];
  const metric = (key: string, header: string, format: Format): Measure => ({
    key,
    header,
    format,
    of: (group) => (result) => dense(group, result)?.metrics[key],
  });
  return [
    metric('nll', 'NLL', 'fixed4'),
    ...(isOfClasses(groups) ? [metric('ece', 'ECE (%)', 'percent')] : []),
    ...sets.map((set): Measure => ({
      key: `auroc_${set}`,
      header: `AUROC, ${set} (%)`,
      format: 'percent',
      of: (group) => (result) => (score ? dense(group, result)?.ood?.[set]?.[score.key]?.auroc : undefined),
    })),
  ];
}

function costs(groups: readonly Group[]): Measure[] {
  const time: Measure = {
    key: 'seconds_per_epoch',
    header: 's/epoch',
    format: areSmall(groups, secondsPerEpoch) ? 'fixed4' : 'fixed2',
    of: () => secondsPerEpoch,
  };
  const size: Measure = {
    key: 'state_megabytes',
    header: 'state (MB)',
    format: areSmall(groups, stateMegabytes) ? 'fixed3' : 'fixed1',
    of: () => stateMegabytes,
  };
  return tellsState(groups) ? [time, size] : [time];
}

function stateMegabytes({ checkpointBytes }: TrialResult): number | undefined {
  return checkpointBytes === undefined ? undefined : checkpointBytes / 1e6;
}

/** Whether the results contain the size of the training state. Those of earlier versions do not. */
function tellsState(groups: readonly Group[]): boolean {
  return groups.some(({ results }) => results.some((result) => stateMegabytes(result) !== undefined));
}

function notesOf(groups: readonly Group[]): string[] {
  const score = totalScore(groups);
  return [
    predictsNote(groups),
    `NLL (nats)${isOfClasses(groups) ? ', ECE' : ''}${groups.some((group) => oodSetsOf(group).length > 0) && score ? ` and AUROC (by ${score.name})` : ''}: of the dense network, by the average of its draws where a method has draws.`,
    ...(tellsState(groups)
      ? [
          'State: the checkpoint, from which training goes on: weights, what the method keeps beside them, and what the optimiser remembers.',
        ]
      : []),
  ];
}

import type { Evaluation, PlannedTrial, SeedEnsemble, SweepData, TrialResult } from '@bbb/core';
import { settingTitle, type Group, type Setting } from '../data/groups.js';
import { metricOf, named } from '../data/headline-metric.js';
import { denseOf, estimateOver, findEvaluation } from '../data/measure.js';
import { bestPrediction } from '../data/predict.js';
import { capitalised } from '../answer/words.js';
import { oodScoresOf, oodSetsOf } from './ood.js';
import {
  estimated,
  left,
  number,
  right,
  text,
  type Cell,
  type Column,
  type Format,
  type Table,
} from './table.js';

interface Measure {
  readonly key: string;
  readonly header: string;
  readonly format: Format;
  readonly of: (evaluation: Evaluation) => number | undefined;
}

/**
 * The dense networks of all seeds of a configuration as one ensemble, compared with the single networks.
 * @param data a sweep, as `readSweep` gives it
 * @param setting all groups of one data set and network
 * @returns undefined if none was measured
 */
export function ensemblesTable(data: SweepData, setting: Setting): Table | undefined {
  const found = setting.groups.flatMap((group) => {
    const ensemble = ensembleOf(data, group);
    return ensemble ? [{ group, ensemble }] : [];
  });
  if (found.length === 0) return undefined;
  const measures = measuresOf(setting);
  const rows = found.flatMap(({ group, ensemble: { seeds, evaluation } }): Cell[][] => [
    [text(group.name), text('one network'), ...alone(group, measures)],
    [
      text(group.name),
      text(`ensemble of ${seeds.length} seeds`),
      ...measures.map(({ of, format }) => number(of(evaluation), format, 'not measured')),
    ],
  ]);
  return {
    id: 'ensembles',
    title: `Ensembles of seeds, dense: ${settingTitle(setting)}`,
    columns: [
      left('method', 'method'),
      left('networks', 'networks'),
      ...measures.map(({ key, header }): Column => right(key, header)),
    ],
    rows,
    notes: [
      'One network: mean over the seeds. An ensemble averages what the networks of all seeds predict, so it is one result and has no interval.',
      'A network that is stochastic is in the ensemble with all its draws.',
    ],
  };
}

function ensembleOf({ ensembles = [], plan }: SweepData, { results }: Group): SeedEnsemble | undefined {
  if (ensembles.length === 0) return undefined;
  const planned = plan.find(({ id }: PlannedTrial) => id === results[0]!.id);
  return ensembles.find(({ configuration }) => configuration === planned?.configuration);
}

function alone(group: Group, measures: readonly Measure[]): Cell[] {
  const evaluationOf = (result: TrialResult): Evaluation | undefined =>
    findEvaluation(result, denseOf(group), bestPrediction(group));
  return measures.map(({ of, format }) =>
    estimated(
      estimateOver(group, (result) => {
        const evaluation = evaluationOf(result);
        return evaluation && of(evaluation);
      }),
      format,
    ),
  );
}

/** Further metrics of a classifier's ensemble. If a likelihood lacks one, it has no column. */
const METRICS = [
  ['nll', 'NLL', 'fixed4'],
  ['crps', 'CRPS', 'fixed4'],
  ['ece', 'ECE (%)', 'percent'],
  ['mutualInformation', 'mutual inf.', 'fixed4'],
  ['epistemic', 'epistemic sd', 'fixed4'],
] as const satisfies readonly (readonly [string, string, Format])[];

function measuresOf({ groups }: Setting): Measure[] {
  const metric = metricOf(groups);
  const sample = groups[0]!.results[0]!.pruning[0]?.evaluations[0]?.metrics ?? {};
  const sets = [...new Set(groups.flatMap(oodSetsOf))];
  return [
    {
      key: metric.key,
      header: named(capitalised(metric.name), metric.unit),
      format: metric.format,
      of: ({ metrics }) => metrics[metric.key],
    },
    ...METRICS.filter(([key]) => key in sample).map(([key, header, format]): Measure => ({
      key: key.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      header,
      format,
      of: ({ metrics }) => metrics[key],
    })),
    ...sets.flatMap((set, i) =>
      oodScoresOf(groups).map(({ key, header }): Measure => ({
        key: `auroc${sets.length > 1 ? i : ''}_${key}`,
        header: `AUROC of ${set}, ${header} (%)`,
        format: 'percent',
        of: ({ ood }) => ood?.[set]?.[key]?.auroc,
      })),
    ),
  ];
}

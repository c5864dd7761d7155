import { mainEvaluation, type PruningResult, type TrialResult } from '@bbb/core';
import { settingTitle, type Group, type Setting } from '../data/groups.js';
import { metricOf, named, testValue } from '../data/headline-metric.js';
import { estimateOver, prunersOf } from '../data/measure.js';
import { estimated, left, right, text, type Cell, type Table } from './table.js';

/**
 * Networks with other sparsities than those of the sweep: what a criterion suggests, or a sparsity for each layer.
 * @returns undefined without any
 */
export function ownSparsityTable(setting: Setting): Table | undefined {
  const rows = setting.groups.flatMap((group) =>
    prunersOf(group).flatMap((pruner) => kindsOf(group, pruner).map((kind) => row(group, pruner, kind))),
  );
  if (rows.length === 0) return undefined;
  const { name, unit } = metricOf(setting.groups);
  return {
    id: 'own-sparsity',
    title: `Sparsities of their own: ${settingTitle(setting)}`,
    columns: [
      left('method', 'method'),
      left('pruner', 'pruned by'),
      left('to', 'to'),
      right('zeros', 'weights at zero (%)'),
      right('headline', named(name, unit)),
    ],
    rows,
    notes: [
      'Suggested: the criterion removes what scores below its own threshold, so the sparsity differs from seed to seed. By layer: the shares asked for, in percent, the layer next to the inputs first.',
    ],
  };
}

const SUGGESTED = 'suggested';

function kindOf({ suggested, layerShares }: PruningResult): string | undefined {
  if (suggested) return SUGGESTED;
  return (
    layerShares && `by layer: ${layerShares.map((share) => Number((share * 100).toFixed(4))).join(', ')}`
  );
}

function kindsOf({ results }: Group, pruner: string): string[] {
  const rows = results.flatMap(({ pruning }) => pruning.filter((one) => one.pruner === pruner));
  return [...new Set(rows.flatMap((one) => kindOf(one) ?? []))];
}

function row(group: Group, pruner: string, kind: string): Cell[] {
  const over = (value: (found: PruningResult, result: TrialResult) => number | undefined) =>
    estimateOver(group, (result) => {
      const found = result.pruning.find((one) => one.pruner === pruner && kindOf(one) === kind);
      return found && value(found, result);
    });
  return [
    text(group.name),
    text(pruner),
    text(kind),
    estimated(
      over(({ zeros, ranked }) => zeros / ranked),
      'percent',
    ),
    estimated(
      over((found, result) => {
        const evaluation = mainEvaluation(found);
        return evaluation && testValue(result, evaluation);
      }),
      metricOf([group]).format,
    ),
  ];
}

import type { PruningResult, TrialResult } from '@bbb/core';
import { settingTitle, type Group, type Setting } from '../data/groups.js';
import { metricOf, named } from '../data/headline-metric.js';
import { errorAt, estimateOver, findPruning, prunersOf, sharesOf, type Network } from '../data/measure.js';
import { pruningWarnings } from '../data/pruning-warnings.js';
import { formatShare } from './format.js';
import { estimated, left, right, text, type Cell, type Table } from './table.js';

/**
 * The sizes of networks at every sparsity, and the number of their weights on a path from an input to an output.
 * @returns undefined for results of earlier versions, which do not contain them
 */
export function bytesTable(setting: Setting): Table | undefined {
  const { groups } = setting;
  if (!groups.some(({ results }) => results.some(({ pruning }) => pruning.some(({ bytes }) => bytes))))
    return undefined;
  const { error, unit, format } = metricOf(groups);
  const rows = groups.flatMap((group) =>
    prunersOf(group).flatMap((pruner, p) =>
      sharesOf([group])
        // The dense network is listed under the first criterion only.
        .filter((share) => (p === 0 || share > 0) && measured(group, { pruner, share }))
        .map((share) => row(group, { pruner, share }, format)),
    ),
  );
  return {
    id: 'bytes',
    title: `What networks take by sparsity: ${settingTitle(setting)}`,
    columns: [
      left('method', 'method'),
      left('pruner', 'pruned by'),
      right('share', 'removed'),
      right('zeros', 'weights at zero (%)'),
      right('off_paths', 'off every path (%)'),
      right('dead_units', 'dead units'),
      right('dense_bytes', 'dense (bytes)'),
      right('sparse_bytes', 'sparse (bytes)'),
      right('gzip_bytes', 'gzip (bytes)'),
      right('error', named(`test ${error.name}`, unit)),
    ],
    rows,
    notes: [
      'Bytes are those of the mean weights in float32, without names and shapes: all of them; a bit for each and those that are not 0; the same, gzipped.',
      'Off every path: zeros, and weights that no input reaches or no output hears. Dead units lie on no path from an input to an output.',
      ...pruningWarnings(groups),
    ],
  };
}

function measured(group: Group, network: Network): boolean {
  return group.results.some((result) => findPruning(result, network)?.bytes);
}

function row(group: Group, network: Network, format: ReturnType<typeof metricOf>['format']): Cell[] {
  const over = (value: (found: PruningResult) => number | undefined) =>
    estimateOver(group, (result: TrialResult) => {
      const found = findPruning(result, network);
      return found && value(found);
    });
  return [
    text(group.name),
    text(network.pruner),
    text(formatShare(network.share)),
    estimated(
      over(({ zeros, ranked }) => zeros / ranked),
      'percent',
    ),
    estimated(
      over(({ paths, ranked }) => paths && 1 - paths.active / ranked),
      'percent',
    ),
    estimated(
      over(({ paths }) => paths && Object.values(paths.deadUnits).reduce((sum, [dead]) => sum + dead, 0)),
      'fixed1',
    ),
    estimated(
      over(({ bytes }) => bytes?.dense),
      'count',
    ),
    estimated(
      over(({ bytes }) => bytes?.sparse),
      'count',
    ),
    estimated(
      over(({ bytes }) => bytes?.gzip),
      'count',
    ),
    estimated(errorAt(group, network, metricOf([group])), format),
  ];
}

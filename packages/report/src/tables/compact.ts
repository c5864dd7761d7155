import { headlineOf, type CompactNetwork, type Latency, type TrialResult } from '@bbb/core';
import { settingTitle, type Group, type Setting } from '../data/groups.js';
import { metricOf, named } from '../data/headline-metric.js';
import { estimateOver, findPruning, prunersOf, sharesOf, type Network } from '../data/measure.js';
import { formatShare } from './format.js';
import { estimated, left, right, text, type Cell, type Table } from './table.js';

/** Networks whose units were removed from the tensors. @returns undefined if there are none */
export function compactTable(setting: Setting): Table | undefined {
  const rows = setting.groups.flatMap((group) =>
    prunersOf(group).flatMap((pruner) =>
      sharesOf([group])
        .map((share) => ({ pruner, share }))
        .filter((network) => group.results.some((result) => findPruning(result, network)?.compact))
        .map((network) => row(group, network)),
    ),
  );
  if (rows.length === 0) return undefined;
  const { name, unit } = metricOf(setting.groups);
  return {
    id: 'compact',
    title: `Compact networks: ${settingTitle(setting)}`,
    columns: [
      left('method', 'method'),
      left('pruner', 'pruned by'),
      right('share', 'units removed'),
      right('headline', named(name, unit)),
      right('parameters', 'parameters'),
      right('flops', 'FLOPs'),
      right('dense_bytes', 'bytes'),
      right('gzip_bytes', 'gzip (bytes)'),
      right('one_ms', 'one example (ms)'),
      right('batch_ms', 'batch (ms)'),
      right('masked_batch_ms', 'batch, masked (ms)'),
    ],
    rows,
    notes: [
      'Silent units are left out of the weights into them and out of them. The numbers are those of the network that is left, by its mean weights.',
      'FLOPs are of one example, in the layers with weights. Times are medians on the machine that ran the trial, of the network that is left and of the one with zeros.',
    ],
  };
}

function row(group: Group, network: Network): Cell[] {
  const over = (value: (compact: CompactNetwork, result: TrialResult) => number | undefined) =>
    estimateOver(group, (result) => {
      const compact = findPruning(result, network)?.compact;
      return compact && value(compact, result);
    });
  const time = (value: (latency: Latency) => number) =>
    estimateOver(group, ({ environment: { latency = [] } }) => {
      const own = latency.find(({ pruner, share }) => pruner === network.pruner && share === network.share);
      return own && value(own);
    });
  const metric = metricOf([group]);
  const shown = metric.factor === 100 ? 1 : undefined;
  return [
    text(group.name),
    text(network.pruner),
    text(formatShare(network.share)),
    estimated(
      over(({ metrics }, result) => {
        const spec = headlineOf(result);
        const value = metrics[spec.metric];
        return value === undefined ? undefined : value * (shown ?? spec.factor);
      }),
      metric.format,
    ),
    estimated(
      over(({ parameters }) => parameters),
      'count',
    ),
    estimated(
      over(({ flops }) => flops),
      'count',
    ),
    estimated(
      over(({ bytes }) => bytes.dense),
      'count',
    ),
    estimated(
      over(({ bytes }) => bytes.gzip),
      'count',
    ),
    estimated(
      time(({ compact }) => compact.one),
      'fixed3',
    ),
    estimated(
      time(({ compact }) => compact.batch),
      'fixed3',
    ),
    estimated(
      time(({ masked }) => masked.batch),
      'fixed3',
    ),
  ];
}

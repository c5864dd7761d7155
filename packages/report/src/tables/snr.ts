import { settingTitle, type Setting } from '../data/groups.js';
import { metricOf, named } from '../data/headline-metric.js';
import { errorAt, findPruning, hasSigma, mainPruner, sharesOf } from '../data/measure.js';
import { publishedAccuracy, publishedNotes, publishedRow, publishedTables } from '../published/lookup.js';
import { formatShare } from './format.js';
import { estimated, left, number, published, right, text, type Table } from './table.js';

/**
 * Test error against weights left, for every method whose posterior has a signal-to-noise ratio (Table 2 of the paper).
 * @returns undefined if there is none
 */
export function snrTable(setting: Setting): Table | undefined {
  const groups = setting.groups.filter(hasSigma);
  if (groups.length === 0) return undefined;
  const metric = metricOf(setting.groups);
  const { dataset, hidden } = setting;
  const queries = groups.map((group) => ({
    label: group.label,
    dataset,
    hidden,
    pruners: [mainPruner(group)],
  }));
  const tables = publishedTables(queries);
  const rows = groups.flatMap((group, g) =>
    sharesOf([group]).map((share) => {
      const network = { pruner: mainPruner(group), share };
      return [
        text(group.name),
        text(network.pruner),
        text(formatShare(share)),
        number(weightsLeft(group.results[0]!, network), 'count', 'not measured'),
        estimated(errorAt(group, network, metric), metric.format),
        ...tables.map((table) => {
          const value = publishedAccuracy(publishedRow(table, queries[g]!), share);
          return number(value === undefined ? undefined : 1 - value, 'percent', 'not published');
        }),
      ];
    }),
  );
  return {
    id: 'snr',
    title: `${named(`Test ${metric.error.name}`, metric.unit)} of Gaussian posteriors by weights left: ${settingTitle(setting)}`,
    columns: [
      left('method', 'method'),
      left('pruner', 'pruned by'),
      right('share', 'removed'),
      right('weights', 'weights left'),
      right('error', `test ${metric.error.name}`),
      ...tables.map((_, i) => published(`published${i}`, `[${i + 1}]`)),
    ],
    rows,
    notes: publishedNotes(tables, queries),
  };
}

function weightsLeft(
  result: Setting['groups'][number]['results'][number],
  network: Parameters<typeof findPruning>[1],
) {
  const row = findPruning(result, network);
  if (!row) return undefined;
  return Object.values(row.layers).reduce((sum, [zeros, size]) => sum + size - zeros, 0);
}

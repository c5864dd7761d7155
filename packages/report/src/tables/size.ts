import { fileSafe, type Setting } from '../data/groups.js';
import { metricOf, named } from '../data/headline-metric.js';
import { denseError, prunersOf } from '../data/measure.js';
import { predictsNote } from '../data/predict.js';
import { publishedAccuracy, publishedNotes, publishedRow, publishedTables } from '../published/lookup.js';
import {
  published,
  estimated,
  left,
  missing,
  number,
  right,
  text,
  type Column,
  type Table,
} from './table.js';
import { selectionNote } from './pruning.js';

/**
 * Test error of the dense network by method and network (Table 1 of the paper), for one data set.
 * @param settings of one data set, with one headline
 */
export function sizeTable(dataset: string, settings: readonly Setting[]): Table {
  const labels = [...new Set(settings.flatMap(({ groups }) => groups.map(({ label }) => label)))];
  const queries = settings.flatMap(({ hidden, groups }) =>
    groups.map((group) => ({ label: group.label, dataset, hidden, pruners: prunersOf(group) })),
  );
  const tables = publishedTables(queries).filter((table) =>
    queries.some((query) => publishedAccuracy(publishedRow(table, query), 0) !== undefined),
  );
  const metric = metricOf(settings.flatMap(({ groups }) => groups));
  const columns = settings.flatMap((setting): Column[] => {
    const size = sizeOf(setting);
    return [
      right(`error_${fileSafe(size)}`, size),
      ...tables.map((_, i) => published(`published${i}_${fileSafe(size)}`, `[${i + 1}] ${size}`)),
    ];
  });
  const rows = labels.map((label) => [
    text(label),
    ...settings.flatMap(({ hidden, groups }) => {
      const group = only(groups.filter((candidate) => candidate.label === label));
      const dense = group && denseError(group, metric);
      return [
        group ? estimated(dense, metric.format) : missing('not one configuration of this size'),
        ...tables.map((table) => {
          const accuracy = publishedAccuracy(publishedRow(table, { dataset, label, hidden, pruners: [] }), 0);
          return number(accuracy === undefined ? undefined : 1 - accuracy, 'percent', 'not published');
        }),
      ];
    }),
  ]);
  return {
    id: `size-${fileSafe(dataset)}`,
    title: `${named(`Test ${metric.error.name}`, metric.unit)} of the dense network by ${settings.every(({ hidden }) => hidden) ? 'hidden layers' : 'network'}: ${dataset}`,
    columns: [left('method', 'method'), ...columns],
    rows,
    notes: [
      predictsNote(settings.flatMap(({ groups }) => groups)),
      ...settings.flatMap(selectionNote).slice(0, 1),
      ...publishedNotes(tables, queries),
    ],
  };
}

/** The size in a network's name: "20-20" of "hidden 20-20". */
function sizeOf({ hidden, network }: Setting): string {
  return hidden ? hidden.join('-') || 'none' : network.replace(/^hidden (?=[\d-]+$)/, '');
}

function only<T>(values: readonly T[]): T | undefined {
  return values.length === 1 ? values[0] : undefined;
}

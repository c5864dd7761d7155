import { fileSafe, type Group, type Setting } from '../data/groups.js';
import { accuracyOf, denseOf, estimateOver, prunersOf } from '../data/measure.js';
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
 * Test error of the dense network by method and hidden sizes (Table 1 of the paper), for one data set.
 * @param settings of one data set
 */
export function sizeTable(dataset: string, settings: readonly Setting[]): Table {
  const labels = [...new Set(settings.flatMap(({ groups }) => groups.map(({ label }) => label)))];
  const queries = settings.flatMap(({ hidden, groups }) =>
    groups.map((group) => ({ label: group.label, dataset, hidden, pruners: prunersOf(group) })),
  );
  const tables = publishedTables(queries).filter((table) =>
    queries.some((query) => publishedAccuracy(publishedRow(table, query), 0) !== undefined),
  );
  const columns = settings.flatMap(({ hidden }): Column[] => {
    const size = hidden.join('-') || 'none';
    return [
      right(`error_${size}`, size),
      ...tables.map((_, i) => published(`published${i}_${size}`, `[${i + 1}] ${size}`)),
    ];
  });
  const rows = labels.map((label) => [
    text(label),
    ...settings.flatMap(({ hidden, groups }) => {
      const group = only(groups.filter((candidate) => candidate.label === label));
      const dense = group && errorOf(group);
      return [
        group ? estimated(dense, 'percent') : missing('not one configuration of this size'),
        ...tables.map((table) => {
          const accuracy = publishedAccuracy(publishedRow(table, { dataset, label, hidden, pruners: [] }), 0);
          return number(accuracy === undefined ? undefined : 1 - accuracy, 'percent', 'not published');
        }),
      ];
    }),
  ]);
  return {
    id: `size-${fileSafe(dataset)}`,
    title: `Test error (%) of the dense network by hidden layers: ${dataset}`,
    columns: [left('method', 'method'), ...columns],
    rows,
    notes: [
      'Every network predicts with its mean weights.',
      ...settings.flatMap(selectionNote).slice(0, 1),
      ...publishedNotes(tables, queries),
    ],
  };
}

function errorOf(group: Group) {
  const accuracy = accuracyOf(denseOf(group));
  return estimateOver(group, (result) => {
    const value = accuracy(result);
    return value === undefined ? undefined : 1 - value;
  });
}

function only<T>(values: readonly T[]): T | undefined {
  return values.length === 1 ? values[0] : undefined;
}

import { trainingOf } from '../data/training-of.js';
import { isWhole, settingTitle, type Group, type Setting } from '../data/groups.js';
import { metricOf, named } from '../data/headline-metric.js';
import { estimateOver, headlineAt, mainPruner, prunersOf, sharesOf } from '../data/measure.js';
import { predictsNote } from '../data/predict.js';
import { capitalised } from '../answer/words.js';
import {
  publishedAccuracy,
  publishedNotes,
  publishedRow,
  publishedTables,
  type PublishedQuery,
} from '../published/lookup.js';
import type { PublishedTable } from '../published/numbers.js';
import { formatShare } from './format.js';
import { estimated, left, number, published, right, text, type Column, type Table } from './table.js';

/**
 * The headline (test accuracy, test RMSE) by method and sparsity (Tables 1 and 2 of the study, Table 2 of the paper), one row for each
 * criterion, with published numbers beside ours.
 * @param setting all groups of one data set and network
 */
export function pruningTable(setting: Setting): Table {
  const { groups } = setting;
  const shares = sharesOf(groups);
  const queries = groups.map((group) => queryOf(group, setting));
  const metric = metricOf(groups);
  const tables = publishedTables(queries);
  const columns = shares.flatMap((share): Column[] => [
    right(`share_${share}`, formatShare(share)),
    ...tables.flatMap((table, i) =>
      printed(table, share, queries)
        ? [published(`published${i}_${share}`, `[${i + 1}] ${formatShare(share)}`)]
        : [],
    ),
  ]);
  const rows = groups.flatMap((group) =>
    prunersOf(group).map((pruner) => [
      text(group.name, trainingOf(group)),
      text(pruner),
      ...shares.flatMap((share) => [
        estimated(estimateOver(group, headlineAt({ pruner, share })), metric.format),
        ...tables.flatMap((table) =>
          printed(table, share, queries)
            ? [number(ownCriterion(table, group, pruner, setting, share), 'percent', 'not published')]
            : [],
        ),
      ]),
    ]),
  );
  return {
    id: 'pruning',
    title: `${named(capitalised(metric.name), metric.unit)} by sparsity: ${settingTitle(setting)}`,
    columns: [left('method', 'method'), left('pruner', 'pruned by'), ...columns],
    rows,
    notes: [
      predictsNote(groups),
      ...(groups.some(({ results }) =>
        results.some(({ pruning }) => pruning.some(({ finetuned }) => finetuned)),
      )
        ? ['Pruned networks were trained on with the pruned weights held at zero.']
        : []),
      ...selectionNote(setting),
      ...publishedNotes(tables, queries),
    ],
  };
}

/** A note on how the configuration was chosen, if a grid was searched. */
export function selectionNote({ selected, groups }: Setting): string[] {
  if (!selected) return [];
  // A name differs from its label only if the label stands for several configurations.
  const partial = groups.filter((group) => group.name !== group.label && !isWhole(group));
  return [
    `Of each label, the configuration with the lowest mean validation ${metricOf(groups).error.name} is shown, of those with all their seeds done (where none has, with the most); the test set had no say.`,
    ...partial.map(
      ({ label, results, planned }) =>
        `No configuration of ${label} has all its seeds done: the one shown is of those with the most, ${results.length} of ${planned}.`,
    ),
  ];
}

function printed(table: PublishedTable, share: number, queries: readonly PublishedQuery[]): boolean {
  return queries.some((query) => publishedAccuracy(publishedRow(table, query), share) !== undefined);
}

/** Published numbers are in one row: that of their criterion, or, if only dense numbers are left, our first row. */
function ownCriterion(
  table: PublishedTable,
  group: Group,
  pruner: string,
  setting: Setting,
  share: number,
): number | undefined {
  const query = queryOf(group, setting);
  const row = publishedRow(table, query);
  const theirs = row?.pruner !== undefined && query.pruners.includes(row.pruner);
  return pruner === (theirs ? row.pruner : mainPruner(group)) ? publishedAccuracy(row, share) : undefined;
}

function queryOf(group: Group, { dataset, hidden }: Setting): PublishedQuery {
  return { label: group.label, dataset, hidden, pruners: prunersOf(group) };
}

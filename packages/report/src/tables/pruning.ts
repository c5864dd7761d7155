import { settingTitle, type Group, type Setting } from '../data/groups.js';
import { accuracyOf, estimateOver, mainPruner, prunersOf, sharesOf } from '../data/measure.js';
import { publishedAccuracy, publishedNotes, publishedRow, publishedTables } from '../published/lookup.js';
import type { PublishedTable } from '../published/numbers.js';
import { formatShare } from './format.js';
import { estimated, left, number, published, right, text, type Column, type Table } from './table.js';

/**
 * Test accuracy by method and pruned share (Tables 1 and 2 of the study, Table 2 of the paper), one row for each
 * criterion, with published numbers beside ours.
 */
export function pruningTable(setting: Setting): Table {
  const { groups } = setting;
  const shares = sharesOf(groups);
  const queries = groups.map(({ label }) => ({ label, dataset: setting.dataset, hidden: setting.hidden }));
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
      text(group.name),
      text(pruner),
      ...shares.flatMap((share) => [
        estimated(estimateOver(group, accuracyOf({ pruner, share })), 'percent'),
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
    title: `Test accuracy (%) by share of weights set to zero: ${settingTitle(setting)}`,
    columns: [left('method', 'method'), left('pruner', 'pruned by'), ...columns],
    rows,
    notes: [
      'Every network predicts with its mean weights.',
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

/** How the configuration shown was chosen, where a grid was searched. */
export function selectionNote({ selected }: Setting): string[] {
  return selected
    ? [
        'Of each label, the configuration with the lowest mean validation error is shown; the test set had no say.',
      ]
    : [];
}

function printed(
  table: PublishedTable,
  share: number,
  queries: Parameters<typeof publishedTables>[0],
): boolean {
  return queries.some((query) => publishedAccuracy(publishedRow(table, query), share) !== undefined);
}

/** Published numbers are of the method's own criterion, so they stand in that row alone. */
function ownCriterion(
  table: PublishedTable,
  group: Group,
  pruner: string,
  { dataset, hidden }: Setting,
  share: number,
): number | undefined {
  if (pruner !== mainPruner(group)) return undefined;
  return publishedAccuracy(publishedRow(table, { dataset, hidden, label: group.label }), share);
}

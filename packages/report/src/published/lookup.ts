import { PUBLISHED, type PublishedRow, type PublishedTable } from './numbers.js';

/** The properties that a published number must share with ours to be shown beside it. */
export interface PublishedQuery {
  readonly dataset: string;
  readonly label: string;
  /** Absent for networks that are not plain fully connected ones for classes: there are no published numbers for these. */
  readonly hidden?: readonly number[] | undefined;
  /** The criteria that our networks were pruned by. */
  readonly pruners: readonly string[];
}

/**
 * The row of one published table for a group of trials, if there is one. If its networks were pruned by a criterion that ours were
 * not pruned by, only the dense numbers are kept.
 */
export function publishedRow(table: PublishedTable, query: PublishedQuery): PublishedRow | undefined {
  if (table.dataset !== query.dataset) return undefined;
  const row = table.rows.find(
    ({ label, hidden }) => label === query.label && hidden.join() === query.hidden?.join(),
  );
  if (!row?.pruner || query.pruners.includes(row.pruner)) return row;
  // The caveats of such rows concern their pruning.
  const { accuracy, caveat: _caveat, ...rest } = row;
  return { ...rest, accuracy: { '0': accuracy['0']! } };
}

/** The published tables with a row for any of the groups. */
export function publishedTables(queries: readonly PublishedQuery[]): PublishedTable[] {
  return PUBLISHED.filter((table) => queries.some((query) => publishedRow(table, query)));
}

/** A published accuracy at a share. Undefined if it was not published. */
export function publishedAccuracy(row: PublishedRow | undefined, share: number): number | undefined {
  return row?.accuracy[String(share)];
}

/** Source and set-up of the published tables, numbered like their columns ([1], [2], ...), and the caveats of the rows that are shown. */
export function publishedNotes(
  tables: readonly PublishedTable[],
  queries: readonly PublishedQuery[],
): string[] {
  const caveats = tables.flatMap((table) =>
    queries.flatMap((query) => {
      const row = publishedRow(table, query);
      return row?.caveat ? [`${query.label}: ${row.caveat}`] : [];
    }),
  );
  return [...tables.map(({ source, setup }) => `Published: ${source} (${setup}).`), ...new Set(caveats)];
}

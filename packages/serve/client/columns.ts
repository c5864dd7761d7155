import type { Headline, TrialRow } from '../src/protocol.js';
import { duration, errorText, nameOf, STATES } from './format.js';

export interface Column {
  readonly key: string;
  readonly header: string | ((headline: Headline) => string);
  readonly align: 'left' | 'right';
  readonly text: (row: TrialRow, headline: Headline) => string;
  /** The key by which rows are sorted. null comes last. */
  readonly order: (row: TrialRow) => string | number | null;
}

export const COLUMNS: readonly Column[] = [
  { key: 'trial', header: 'trial', align: 'left', text: nameOf, order: nameOf },
  {
    key: 'seed',
    header: 'seed',
    align: 'right',
    text: ({ seed }) => String(seed),
    order: ({ seed }) => seed,
  },
  {
    key: 'state',
    header: 'state',
    align: 'left',
    text: ({ state }) => STATES[state],
    order: ({ state }) => STATES[state],
  },
  {
    key: 'epochs',
    header: 'epochs',
    align: 'right',
    text: ({ epoch, epochs }) => `${epoch}/${epochs}`,
    order: ({ epoch }) => epoch,
  },
  {
    key: 'validation',
    header: ({ error }) => `validation ${error}`,
    align: 'right',
    text: ({ validationError }, headline) => errorText(validationError, headline),
    order: ({ validationError }) => validationError,
  },
  {
    key: 'test',
    header: ({ error }) => `test ${error}`,
    align: 'right',
    text: ({ testError }, headline) => errorText(testError, headline),
    order: ({ testError }) => testError,
  },
  {
    key: 'time',
    header: 'time',
    align: 'right',
    text: ({ seconds }) => duration(seconds),
    order: ({ seconds }) => seconds,
  },
  {
    key: 'attempts',
    header: 'attempts',
    align: 'right',
    text: ({ attempts }) => String(attempts),
    order: ({ attempts }) => attempts,
  },
  { key: 'id', header: 'id', align: 'left', text: ({ id }) => id, order: ({ id }) => id },
];

export interface Sort {
  readonly key: string;
  readonly descending: boolean;
}

/** Sorts rows. Equal rows, and all rows without a sort, stay in the order of the plan. */
export function sorted(rows: readonly TrialRow[], sort: Sort | undefined): readonly TrialRow[] {
  const column = COLUMNS.find(({ key }) => key === sort?.key);
  if (!column) return rows;
  const sign = sort?.descending ? -1 : 1;
  return rows.toSorted((a, b) => {
    const [x, y] = [column.order(a), column.order(b)];
    if (x === null || y === null) return Number(x === null) - Number(y === null);
    return (
      sign * (typeof x === 'number' ? x - Number(y) : x.localeCompare(String(y), 'en', { numeric: true }))
    );
  });
}

import { BbbError, suggest } from '@bbb/core';
import { isMissing, isNumber } from '@bbb/plugins';
import type { StoredTable } from '@bbb/predict';

/** The places of a model's columns in the rows of a file. */
export interface Layout {
  /** Whether the first row has names. */
  readonly named: boolean;
  /** The field of each column of the model. Absent if the fields are those columns in their order, and nothing else. */
  readonly fields?: readonly number[];
  /** Descriptions of columns in the file that the model does not use. */
  readonly ignored: readonly string[];
}

/**
 * Finds the columns by the names in the first row. That row has names if the model knows one, or if it has texts for columns of numbers.
 * @throws BbbError `E_INPUT` for a column that the file does not have, or has twice
 */
export function layoutOf(first: readonly string[], table: StoredTable | undefined, source: string): Layout {
  // A model without column names takes fields by their place, with or without a line of names.
  if (!table)
    return { named: first.some((field) => !isMissing(field) && Number.isNaN(Number(field))), ignored: [] };
  if (!hasNames(first, table)) return { named: false, ignored: [] };
  // Training gives a column without a name its number.
  const names = first.map((field, i) => (field === '' ? String(i + 1) : field));
  const fields = table.columns.map(({ name }) => {
    const at = names.indexOf(name);
    if (at < 0) throw noColumn(name, names, source);
    if (names.includes(name, at + 1)) throw twice(name, source);
    return at;
  });
  const used = new Set(fields);
  return {
    named: true,
    fields,
    ignored: names.filter((_, i) => !used.has(i)).map((name) => describe(name, table)),
  };
}

function hasNames(first: readonly string[], { columns, target, dropped = [] }: StoredTable): boolean {
  // Names that are numbers are left out, because they may be values in the first row.
  const known = new Set(
    [...columns.map(({ name }) => name), ...(target === undefined ? [] : [target]), ...dropped].filter(
      (name) => !isNumber(name),
    ),
  );
  if (first.some((field) => known.has(field))) return true;
  const isRow = columns.every(({ categories }, i) => {
    const field = first[i] ?? '';
    return isMissing(field) || (categories ? categories.includes(field) : isNumber(field));
  });
  return !isRow && !first.some((field) => isNumber(field));
}

function describe(name: string, { target, dropped = [] }: StoredTable): string {
  if (name === target) return `${name} (the target)`;
  return dropped.includes(name) ? `${name} (left out in training)` : name;
}

const MOST_NAMES = 20;

function noColumn(name: string, names: readonly string[], source: string): BbbError {
  const rest = names.length - MOST_NAMES;
  return new BbbError('E_INPUT', `${source} has no column ${JSON.stringify(name)}, which the model needs.`, {
    hint: `${suggest(name, names)}Its columns: ${names.slice(0, MOST_NAMES).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}.`,
  });
}

function twice(name: string, source: string): BbbError {
  return new BbbError('E_INPUT', `${source} has two columns called ${JSON.stringify(name)}.`, {
    hint: 'Rename one of them.',
  });
}

import { suggest } from '@bbb/core';
import { csvError, placeText, shown, type Place } from './errors.js';
import { listed, type CsvOptions } from './options.js';
import { isNumber } from './values.js';

/** The fields of a row that are used, and their names. */
export interface Columns {
  /** Names of all fields. */
  readonly names: readonly string[];
  /** Index of the target's field. */
  readonly target: number;
  /** Indices of the fields to predict from, in the order of the file. */
  readonly features: readonly number[];
  /** Index of the field that says which rows are for testing. Absent: there is none. */
  readonly split?: number;
  /** Indices of the features that the user declares to be categories. */
  readonly categorical: ReadonlySet<number>;
}

/** Whether a first row has names: it contains the name of the target, or no number. */
export function looksLikeHeader(fields: readonly string[], { target }: CsvOptions): boolean {
  return (typeof target === 'string' && fields.includes(target)) || !fields.some(isNumber);
}

/** Names of the fields: those of the header, or their numbers from 1. */
export function columnNames(path: string, fields: readonly string[], header: boolean): string[] {
  const names = fields.map((field, i) => (header && field !== '' ? field : String(i + 1)));
  if (new Set(names).size === names.length) return names;
  const twice = names.find((name, i) => names.indexOf(name) !== i)!;
  throw csvError(
    'E_CSV_FORMAT',
    `${path} has two columns called ${shown(twice)}.`,
    'Rename one, or say --dataset-option header=false if the first row is data.',
  );
}

/** @throws BbbError `E_CSV_TARGET`, `E_CSV_COLUMN` for names that the file does not have, with the nearest ones */
export function chooseColumns(path: string, names: readonly string[], options: CsvOptions): Columns {
  if (names.length < 2) {
    throw csvError(
      'E_CSV_COLUMN',
      `${path} has one column, ${shown(names[0] ?? '')}: there is nothing to predict from.`,
      'If fields are separated otherwise, say it: --dataset-option "delimiter=;".',
    );
  }
  const target = findTarget(path, names, options.target);
  const indices = new Map(names.map((name, index) => [name, index]));
  const indexOf =
    (option: string) =>
    (name: string): number => {
      const index = indices.get(name);
      if (index !== undefined) return index;
      throw csvError(
        'E_CSV_COLUMN',
        `${option}: ${path} has no column ${shown(name)}.`,
        `${suggest(name, names)}${columnsText(names)}`,
      );
    };
  const { columns: wanted } = options;
  const chosen = wanted === undefined ? undefined : new Set(listed(wanted)!.map(indexOf('columns')));
  const split = options.split === undefined ? undefined : indexOf('split')(String(options.split));
  const dropped = new Set(listed(options.drop)?.map(indexOf('drop')));
  const features = names.flatMap((_, i) =>
    i !== target && i !== split && !dropped.has(i) && (chosen?.has(i) ?? true) ? [i] : [],
  );
  if (dropped.has(target))
    throw csvError(
      'E_CSV_TARGET',
      `drop: ${shown(names[target]!)} is the target in ${path}.`,
      'Predict another column, or keep this one.',
    );
  if (split === target)
    throw csvError(
      'E_CSV_TARGET',
      `split: ${shown(names[target]!)} is the target in ${path}.`,
      'Name the column that says train or test.',
    );
  if (features.length === 0)
    throw csvError('E_CSV_COLUMN', `No column of ${path} is left to predict from.`, 'Drop fewer columns.');
  return {
    names,
    target,
    features,
    ...(split === undefined ? {} : { split }),
    categorical: new Set(listed(options.categorical)?.map(indexOf('categorical'))),
  };
}

function findTarget(path: string, names: readonly string[], target: string | number | undefined): number {
  if (target === undefined) {
    throw csvError(
      'E_CSV_TARGET',
      `Which column of ${path} is to be predicted?`,
      `Say it: --target ${names.at(-1)}. ${columnsText(names)}`,
    );
  }
  const index = names.indexOf(String(target));
  if (index >= 0) return index;
  throw csvError(
    'E_CSV_TARGET',
    `${path} has no column ${shown(String(target))}.`,
    `${suggest(String(target), names)}${columnsText(names)}`,
  );
}

const MOST_NAMES = 20;

function columnsText(names: readonly string[]): string {
  const rest = names.length - MOST_NAMES;
  return `Its columns: ${names.slice(0, MOST_NAMES).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}.`;
}

/** @throws BbbError `E_CSV_FORMAT` for a row with more or fewer fields than the first */
export function checkWidth(fields: readonly string[], names: readonly string[], place: Place): void {
  if (fields.length === names.length) return;
  throw csvError(
    'E_CSV_FORMAT',
    `${placeText(place)} has ${fields.length} fields, and the first row has ${names.length}.`,
    fields.length > names.length
      ? 'Is there a decimal comma or thousands separator? Fields with a delimiter in them stand in double quotes.'
      : 'Is the file cut off, or a line broken in two?',
  );
}

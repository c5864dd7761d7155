import type { TargetSpec } from '@bbb/core';
import { MOST_CLASSES } from '../arrays/targets.js';
import { csvError, shown, type Place } from './errors.js';
import type { CsvOptions } from './options.js';
import { isNumber, numberOf } from './values.js';
import { vocabulary } from './vocabulary.js';

/** Whole numbers with at most so many different values count as classes. */
const FEW = 20;

export interface TargetReader {
  /**
   * A number (float32) for the field: its value, if targets are numbers; else the index of its class in the order of first occurrence.
   * @param held whether the row is for testing
   */
  read(field: string, place: Place, held: boolean): number;
  /** The target, as the training rows show it. */
  spec(): TargetSpec;
  /** Turns what `read` gave into the target that is stored. */
  stored(value: number, spec: TargetSpec): number;
  /** @throws BbbError `E_CSV_TARGET` for a class that only occurs in test rows */
  close(): void;
}

/** The first target decides whether targets are texts or numbers. Whether numbers are classes is known when all rows have been read. */
export function targetReader(path: string, name: string, { targetKind, unit }: CsvOptions): TargetReader {
  /** The different values, as long as these may be classes. */
  const seen = vocabulary<string | number>((key, where) =>
    csvError(
      'E_CSV_TARGET',
      `${where}: the class ${shown(String(key))} does not occur in the rows to train on.`,
      'Correct it, or leave the row out.',
    ),
  );
  let numeric: boolean | undefined;
  let whole = true;
  /** Whether it is a class, once the training file is read. */
  let found: boolean | undefined;
  let order: ReadonlyMap<number, number> | undefined;

  const note = (key: string | number, place: Place, held: boolean): number => {
    if (found === false || (seen.size > MOST_CLASSES && !seen.has(key))) return -1;
    return seen.index(key, place, held);
  };
  const isClass = (): boolean =>
    found ??
    (targetKind === 'class' ||
      (targetKind === undefined && (numeric === false || (whole && seen.trained <= FEW))));
  const sorted = (): (string | number)[] =>
    seen.keys().sort((a, b) => (typeof a === 'number' && typeof b === 'number' ? a - b : a < b ? -1 : 1));
  /** The stored target for each number that `read` returned. */
  const ordered = (): ReadonlyMap<number, number> => {
    const indices = new Map(seen.keys().map((key, index) => [key, index]));
    return new Map(
      sorted().map((key, index) => [numeric ? Math.fround(key as number) : indices.get(key)!, index]),
    );
  };

  return {
    read(field, place, held) {
      numeric ??= targetKind === 'real' || isNumber(field) || /^[+-]?\d[\d., ']*%?$/.test(field);
      if (!numeric) return note(field, place, held);
      const value = numberOf(field, place);
      whole &&= Number.isInteger(value);
      if (targetKind !== 'real') note(value, place, held);
      return value;
    },
    spec() {
      if (!isClass()) return { kind: 'real', name, ...(unit === undefined ? {} : { unit }) };
      if (seen.size > MOST_CLASSES) throw tooMany(path, name, numeric ?? false);
      order = ordered();
      if (order.size < seen.size) throw tooClose(path, name);
      return { kind: 'class', classes: seen.size, names: sorted().map(String) };
    },
    stored(value, spec) {
      return spec.kind === 'real' ? value : order!.get(value)!;
    },
    close() {
      found = isClass();
      if (found && seen.size <= MOST_CLASSES) seen.close();
    },
  };
}

function tooMany(path: string, name: string, numeric: boolean): Error {
  return csvError(
    'E_CSV_TARGET',
    `The target ${shown(name)} of ${path} has more than ${MOST_CLASSES} different values: too many for classes.`,
    numeric
      ? 'Predict it as a number: --dataset-option targetKind=real.'
      : 'Choose another column: --target NAME.',
  );
}

function tooClose(path: string, name: string): Error {
  return csvError(
    'E_CSV_TARGET',
    `Classes of the target ${shown(name)} of ${path} are the same number in float32.`,
    'Number them from 0, or give them names.',
  );
}

import type { TargetSpec } from '@bbb/core';
import { MOST_CLASSES } from '../arrays/targets.js';
import { csvError, placeText, shown, type Place } from './errors.js';
import type { CsvOptions } from './options.js';
import { isNumber, numberOf } from './values.js';

/** Whole numbers with so many different values at most are taken for classes. */
const FEW = 20;

export interface TargetReader {
  /** A number that stands for the field: itself where all are numbers, else the number of its class as it came. */
  read(field: string, place: Place): number;
  /** What the training file says it is. */
  spec(): TargetSpec;
  /** Turns what `read` gave into the target that is stored. */
  stored(value: number, spec: TargetSpec): number;
  close(): void;
}

/** Targets are text or numbers, as the first one is; which kind of target that means shows when all have been read. */
export function targetReader(path: string, name: string, { targetKind, unit }: CsvOptions): TargetReader {
  /** Different values in the order in which they came, as long as they may be classes. */
  const seen = new Map<string | number, number>();
  let numeric: boolean | undefined;
  let whole = true;
  /** Whether it is a class, once the training file is read. */
  let found: boolean | undefined;
  let order: ReadonlyMap<number, number> | undefined;

  const note = (key: string | number, place: Place): number => {
    const known = seen.get(key);
    if (known !== undefined) return known;
    if (found) {
      throw csvError(
        'E_CSV_TARGET',
        `${placeText(place)}: the class ${shown(String(key))} does not occur in the training file.`,
        'Correct it, or leave the row out.',
      );
    }
    if (seen.size > MOST_CLASSES) return -1;
    seen.set(key, seen.size);
    return seen.size - 1;
  };
  const isClass = (): boolean =>
    found ??
    (targetKind === 'class' ||
      (targetKind === undefined && (numeric === false || (whole && seen.size <= FEW))));
  const sorted = (): (string | number)[] =>
    [...seen.keys()].sort((a, b) =>
      typeof a === 'number' && typeof b === 'number' ? a - b : a < b ? -1 : 1,
    );

  return {
    read(field, place) {
      numeric ??= targetKind === 'real' || isNumber(field) || /^[+-]?\d[\d., ']*%?$/.test(field);
      if (!numeric) return note(field, place);
      const value = numberOf(field, place);
      whole &&= Number.isInteger(value);
      if (targetKind !== 'real') note(value, place);
      return value;
    },
    spec() {
      if (!isClass()) return { kind: 'real', name, ...(unit === undefined ? {} : { unit }) };
      if (seen.size > MOST_CLASSES) {
        throw csvError(
          'E_CSV_TARGET',
          `The target ${shown(name)} of ${path} has more than ${MOST_CLASSES} different values: too many for classes.`,
          numeric
            ? 'Predict it as a number: --dataset-option targetKind=real.'
            : 'Choose another column: --dataset-option target=NAME.',
        );
      }
      return { kind: 'class', classes: seen.size, names: sorted().map(String) };
    },
    stored(value, spec) {
      if (spec.kind === 'real') return value;
      // The number of a class as it came, or itself.
      order ??= new Map(sorted().map((key, index) => [numeric ? (key as number) : seen.get(key)!, index]));
      return order.get(value)!;
    },
    close() {
      found = isClass();
    },
  };
}

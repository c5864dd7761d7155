import { csvError, placeText, shown, type Place } from './errors.js';
import { isMissing, isNumber, numberOf } from './values.js';

/** Categories of a column: more are names, dates or texts, which one-hot inputs teach nothing. */
const MOST_CATEGORIES = 256;

/** What the rows so far say of one column. */
export interface FieldReader {
  readonly name: string;
  /** Undefined while every value is missing. */
  readonly kind: 'number' | 'category' | undefined;
  /** Categories in the order in which they came; the number of one is its index. */
  readonly categories: readonly string[];
  /** Values that were missing. */
  readonly missing: number;
  /** The number of a field, the index of a category; NaN where it is missing. */
  read(field: string, place: Place): number;
  /** From here on no new categories: those of training are all that a network knows. */
  close(): void;
}

/** A column is what its first value is: numbers, or categories. */
export function fieldReader(name: string, categorical: boolean): FieldReader {
  const index = new Map<string, number>();
  let kind: FieldReader['kind'] = categorical ? 'category' : undefined;
  let missing = 0;
  let closed = false;

  const categoryOf = (field: string, place: Place): number => {
    const known = index.get(field);
    if (known !== undefined) return known;
    if (closed) {
      throw csvError(
        'E_CSV_CATEGORY',
        `${placeText(place)}: ${shown(field)} does not occur in the training file.`,
        `Correct it, leave the row out, or leave the column out: drop=${name}.`,
      );
    }
    if (index.size === MOST_CATEGORIES) {
      throw csvError(
        'E_CSV_CATEGORY',
        `${placeText(place)}: the column has more than ${MOST_CATEGORIES} different texts: names or dates rather than categories.`,
        `Leave it out: drop=${name}.`,
      );
    }
    index.set(field, index.size);
    return index.size - 1;
  };

  return {
    name,
    get kind() {
      return kind;
    },
    get categories() {
      return [...index.keys()];
    },
    get missing() {
      return missing;
    },
    read(field, place) {
      if (isMissing(field)) {
        missing++;
        return Number.NaN;
      }
      // What almost is a number (1,234 or 1.5 kg) is a number gone wrong.
      kind ??= isNumber(field) || startsLikeNumber(field) ? 'number' : 'category';
      return kind === 'number' ? numberOf(field, place) : categoryOf(field, place);
    },
    close() {
      closed = true;
    },
  };
}

/** `1,5`, `1,234.5`, `1'234`, `3 %`, `inf`. */
function startsLikeNumber(field: string): boolean {
  return /^[+-]?\d[\d., ']*%?$/.test(field) || /^[+-]?inf(inity)?$/i.test(field);
}

import { csvError, placeText, shown, type Place } from './errors.js';
import { isMissing, isNumber, numberOf } from './values.js';
import { vocabulary, type Vocabulary } from './vocabulary.js';

/** Most categories of a column. More are probably names, dates or texts, from which one-hot inputs learn nothing. */
const MOST_CATEGORIES = 256;

/** What is known about one column from the rows so far. */
export interface FieldReader {
  readonly name: string;
  /** Undefined while every value is missing. */
  readonly kind: 'number' | 'category' | undefined;
  /** Categories in the order of their first occurrence. The number of a category is its index. */
  readonly categories: readonly string[];
  /** Number of missing values. */
  readonly missing: number;
  /**
   * The number in a field, or the index of its category; NaN for a missing value.
   * @param held whether the row is for testing: a network learns nothing from it
   */
  read(field: string, place: Place, held: boolean): number;
  /**
   * Allows no new categories from now on, because a network only knows those of training.
   * @throws BbbError `E_CSV_CATEGORY` for a category that only occurs in test rows
   */
  close(): void;
}

/** The first value of a column decides whether it has numbers or categories. */
export function fieldReader(name: string, categorical: boolean): FieldReader {
  let kind: FieldReader['kind'] = categorical ? 'category' : undefined;
  let missing = 0;
  // Made for the first category, because a table may have a hundred thousand columns of numbers.
  let known: Vocabulary<string> | undefined;

  const unknown = (field: string, where: string): Error =>
    csvError(
      'E_CSV_CATEGORY',
      `${where}: ${shown(field)} does not occur in the rows to train on.`,
      `Correct it, leave the row out, or leave the column out: drop=${name}.`,
    );
  const indexOf = (field: string, place: Place, held: boolean): number => {
    known ??= vocabulary(unknown);
    if (known.size === MOST_CATEGORIES && !known.has(field)) {
      throw csvError(
        'E_CSV_CATEGORY',
        `${placeText(place)}: the column has more than ${MOST_CATEGORIES} different texts: names or dates rather than categories.`,
        `Leave it out: drop=${name}.`,
      );
    }
    return known.index(field, place, held);
  };

  return {
    name,
    get kind() {
      return kind;
    },
    get categories() {
      return known?.keys() ?? [];
    },
    get missing() {
      return missing;
    },
    read(field, place, held) {
      if (isMissing(field)) {
        missing++;
        return Number.NaN;
      }
      // A text that is almost a number (1,234 or 1.5 kg) is probably a wrong number.
      kind ??= isNumber(field) || startsLikeNumber(field) ? 'number' : 'category';
      return kind === 'number' ? numberOf(field, place) : indexOf(field, place, held);
    },
    close() {
      known?.close();
    },
  };
}

/** `1,5`, `1,234.5`, `1'234`, `3 %`, `inf`. */
function startsLikeNumber(field: string): boolean {
  return /^[+-]?\d[\d., ']*%?$/.test(field) || /^[+-]?inf(inity)?$/i.test(field);
}

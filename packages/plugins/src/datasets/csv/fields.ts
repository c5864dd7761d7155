import { csvError, placeText, shown, type Place } from './errors.js';
import { isMissing, isNumber, numberOf } from './values.js';
import { vocabulary, type Vocabulary } from './vocabulary.js';

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
  /**
   * The number of a field, the index of a category; NaN where it is missing.
   * @param held whether it is of a row for testing, of which a network learns nothing
   */
  read(field: string, place: Place, held: boolean): number;
  /**
   * From here on no new categories: those of training are all that a network knows.
   * @throws BbbError `E_CSV_CATEGORY` for one that occurs in rows for testing alone
   */
  close(): void;
}

/** A column is what its first value is: numbers, or categories. */
export function fieldReader(name: string, categorical: boolean): FieldReader {
  let kind: FieldReader['kind'] = categorical ? 'category' : undefined;
  let missing = 0;
  // Made when the first category comes: a table may have a hundred thousand columns of numbers.
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
      // What almost is a number (1,234 or 1.5 kg) is a number gone wrong.
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

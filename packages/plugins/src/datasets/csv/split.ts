import { csvError, placeText, shown, type Place } from './errors.js';
import { listed, type CsvOptions } from './options.js';

/** Decides whether a row is for testing, by its value in the column that splits the table. */
export interface RowSplit {
  isTest(field: string, place: Place): boolean;
  /** Number of rows that the file calls validation rows. They are trained on: the seed chooses what is held out. */
  readonly validation: number;
}

const TRAIN = new Set(['train', 'training']);
const TEST = new Set(['test', 'testing']);
const VALIDATION = new Set(['validation', 'valid', 'val', 'dev']);

/** @throws BbbError `E_CSV_SPLIT` (from `isTest`) for a word that means neither train nor test */
export function rowSplit({ splitTest }: CsvOptions): RowSplit {
  const forTest = splitTest === undefined ? undefined : new Set(listed(splitTest));
  let validation = 0;
  return {
    get validation() {
      return validation;
    },
    isTest(field, place) {
      if (forTest) return forTest.has(field);
      const word = field.toLowerCase();
      if (TEST.has(word)) return true;
      if (VALIDATION.has(word)) validation++;
      else if (!TRAIN.has(word)) throw neither(field, place);
      return false;
    },
  };
}

function neither(field: string, place: Place): Error {
  return csvError(
    'E_CSV_SPLIT',
    `${placeText(place)}: ${shown(field)} is neither train nor test.`,
    'Write one of these, or name the values of rows for testing: --dataset-option splitTest=VALUE.',
  );
}

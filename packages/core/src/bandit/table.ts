import type { Dataset } from '../data/dataset.js';
import { BbbError } from '../errors.js';
import { sizeOf } from '../network/shape.js';
import type { BanditSettings } from './settings.js';

/** The rows of a bandit: what an agent sees of each row, and whether it is poisonous. */
export interface BanditTable {
  readonly rows: number;
  /** Number of values in a row. */
  readonly width: number;
  /** `[rows, width]`, every column with mean 0 and standard deviation 1. */
  readonly contexts: Float32Array;
  /** 1 for a row of the poisonous class. */
  readonly bad: Uint8Array;
}

/**
 * Makes a table from the training part of a data set of classes. Columns are standardised over all rows: an agent may know what rows look like, but
 * not which ones are poisonous.
 * @param dataset a data set of classes
 * @param bad the class that is poisonous, by its name or number
 * @throws BbbError `E_BANDIT` for targets that are not classes, and for an unknown class
 */
export function banditTable(
  { name, target, train, inputShape, missing }: Dataset,
  bad: BanditSettings['bad'],
): BanditTable {
  if (target.kind !== 'class' || missing) {
    throw new BbbError(
      'E_BANDIT',
      target.kind === 'class'
        ? `The data set "${name}" has missing values, which a bandit can't fill.`
        : `The data set "${name}" has no classes; a bandit acts on classes.`,
      { hint: 'Choose a complete table of classes, e.g. --dataset breast-cancer.' },
    );
  }
  const named = typeof bad === 'string' ? (target.names?.indexOf(bad) ?? -1) : bad;
  const index = named < 0 && /^\d+$/.test(String(bad)) ? Number(bad) : named;
  if (index < 0 || index >= target.classes) {
    throw new BbbError(
      'E_BANDIT',
      `The data set "${name}" has no class "${bad}", which is to be the poisonous one.`,
      {
        hint: `Its classes: ${target.names?.join(', ') ?? `0 to ${target.classes - 1}`}.`,
      },
    );
  }
  const width = sizeOf(inputShape);
  return {
    rows: train.count,
    width,
    contexts: standardised(Float32Array.from(train.features), train.count, width),
    bad: Uint8Array.from(train.targets, (label) => (label === index ? 1 : 0)),
  };
}

/** In place, column by column; a constant column becomes 0. */
function standardised(values: Float32Array, rows: number, width: number): Float32Array {
  for (let c = 0; c < width; c++) {
    let sum = 0;
    for (let r = 0; r < rows; r++) sum += values[r * width + c]!;
    const mean = sum / rows;
    let squares = 0;
    for (let r = 0; r < rows; r++) {
      const d = values[r * width + c]! - mean;
      squares += d * d;
    }
    const sd = Math.sqrt(squares / rows);
    for (let i = c; i < values.length; i += width) values[i] = sd > 0 ? (values[i]! - mean) / sd : 0;
  }
  return values;
}

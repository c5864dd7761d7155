import { BbbError } from '../errors.js';
import type { Dataset } from './dataset.js';

/** How many examples are held out. */
export interface HeldOut {
  readonly validation: number;
  readonly test: number;
}

/**
 * Orders examples so that validation examples stand after those to train on, and test examples last, each with its share of every
 * class. Within a class, and among those to train on, the given order stays, so the split is as random as that is.
 * Real targets have no classes: their order stays as it is.
 * @param order all rows of the training part, in random order
 * @returns the same rows in another order: training, `validation`, `test`
 */
export function stratified(
  { target, train }: Dataset,
  order: Uint32Array,
  { validation, test }: HeldOut,
): Uint32Array {
  if (target.kind === 'real') return order;
  const sizes = countOf(train.targets, target.classes);
  const forTest = apportion(sizes, test);
  const forValidation = apportion(
    sizes.map((size, label) => size - forTest[label]!),
    validation,
  );
  const parts: { readonly training: number[]; readonly validation: number[]; readonly test: number[] } = {
    training: [],
    validation: [],
    test: [],
  };
  for (const row of order) {
    const label = train.targets[row]!;
    if (forTest[label]!-- > 0) parts.test.push(row);
    else if (forValidation[label]!-- > 0) parts.validation.push(row);
    else parts.training.push(row);
  }
  return Uint32Array.from([...parts.training, ...parts.validation, ...parts.test]);
}

function countOf(labels: ArrayLike<number>, classes: number): number[] {
  const counts = Array.from({ length: classes }, () => 0);
  for (let i = 0; i < labels.length; i++) counts[labels[i]!]!++;
  return counts;
}

/**
 * So many examples of each class that they are `total` together, by the method of largest remainders (of equal ones the larger class,
 * then the first one). The last example of a class stays for training, unless no other is left.
 * @throws BbbError `E_DATA_SPLIT` for a total that is more than there is
 */
export function apportion(sizes: readonly number[], total: number): number[] {
  const all = sizes.reduce((sum, size) => sum + size, 0);
  if (total > all) {
    throw new BbbError('E_DATA_SPLIT', `${total} examples can not be held out of ${all}.`, {
      hint: 'Hold fewer out.',
    });
  }
  const exact = sizes.map((size) => (all === 0 ? 0 : (size * total) / all));
  const given = exact.map(Math.floor);
  const byRemainder = sizes
    .map((size, label) => ({ label, size, remainder: exact[label]! - given[label]! }))
    .toSorted((a, b) => b.remainder - a.remainder || b.size - a.size || a.label - b.label);
  let missing = total - given.reduce((sum, count) => sum + count, 0);
  const give = (kept: number): void => {
    for (const { label, size } of byRemainder) {
      if (missing === 0 || given[label]! + kept >= size) continue;
      given[label]!++;
      missing--;
    }
  };
  give(1);
  // What is missing still is at most one of each class that has not given.
  give(0);
  return given;
}

import { BbbError } from '../errors.js';
import type { Dataset } from './dataset.js';

/** Numbers of examples to hold out. */
export interface HeldOut {
  readonly validation: number;
  readonly test: number;
}

/**
 * Reorders examples: first those to train on, then those for validation, then those for testing, each part with the same share of every
 * class. Within a class, and among the examples to train on, the given order stays, so the split is as random as that order is.
 * Real targets have no classes, so their order does not change.
 * @param order all rows of the training part, in random order
 * @returns the same rows, reordered
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
 * Divides `total` among the classes in proportion to their sizes, by the method of largest remainders (at a tie the larger class wins, then
 * the first one). The last example of a class stays for training, unless no other example is left.
 * @throws BbbError `E_DATA_SPLIT` if `total` is more than all examples
 */
export function apportion(sizes: readonly number[], total: number): number[] {
  const all = sizes.reduce((sum, size) => sum + size, 0);
  if (total > all) {
    throw new BbbError('E_DATA_SPLIT', `Can't hold ${total} examples out of ${all}.`, {
      hint: 'Hold fewer out: lower --validation or --test-fraction.',
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
  // If more examples are needed, take the last example of each class, at most one for each.
  give(0);
  return given;
}

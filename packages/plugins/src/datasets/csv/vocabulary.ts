import { placeText, type Place } from './errors.js';

/** Categories or classes in the order in which they came. What the rows to train on do not have, no row for testing may have. */
export interface Vocabulary<Key extends string | number> {
  readonly size: number;
  has(key: Key): boolean;
  /**
   * The index of a key; a new one gets the next.
   * @param held whether it is of a row for testing
   * @throws what `unknown` makes, for a new one after `close`
   */
  index(key: Key, place: Place, held: boolean): number;
  keys(): Key[];
  /** Those of rows to train on. */
  readonly trained: number;
  /** @throws what `unknown` makes, for a key of rows for testing alone */
  close(): void;
}

/** @param unknown the error for a key that no row to train on has, and where it stands */
export function vocabulary<Key extends string | number>(
  unknown: (key: Key, where: string) => Error,
): Vocabulary<Key> {
  const indices = new Map<Key, number>();
  /** Where those stand that only rows for testing have so far: a row to train on may come later. */
  const heldOnly = new Map<Key, string>();
  let closed = false;
  return {
    get size() {
      return indices.size;
    },
    get trained() {
      return indices.size - heldOnly.size;
    },
    has: (key) => indices.has(key),
    index(key, place, held) {
      const found = indices.get(key);
      if (found !== undefined) {
        if (!held && heldOnly.size > 0) heldOnly.delete(key);
        return found;
      }
      if (closed) throw unknown(key, placeText(place));
      if (held) heldOnly.set(key, placeText(place));
      indices.set(key, indices.size);
      return indices.size - 1;
    },
    keys: () => [...indices.keys()],
    close() {
      closed = true;
      const [first] = heldOnly;
      if (first) throw unknown(...first);
    },
  };
}

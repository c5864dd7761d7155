import { placeText, type Place } from './errors.js';

/** Categories or classes in the order of their first occurrence. Test rows may only have those that training rows have. */
export interface Vocabulary<Key extends string | number> {
  readonly size: number;
  has(key: Key): boolean;
  /**
   * The index of a key. A new key gets the next index.
   * @param held whether the row is for testing
   * @throws the error of `unknown`, for a new key after `close`
   */
  index(key: Key, place: Place, held: boolean): number;
  keys(): Key[];
  /** Number of keys in training rows. */
  readonly trained: number;
  /** @throws the error of `unknown`, for a key that only occurs in test rows */
  close(): void;
}

/** @param unknown makes the error for a key that no training row has, and for its place */
export function vocabulary<Key extends string | number>(
  unknown: (key: Key, where: string) => Error,
): Vocabulary<Key> {
  const indices = new Map<Key, number>();
  /** Places of keys that only test rows have so far. A training row may still come. */
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

import { philox, type Key } from '@bbb/kernels/parts';

/** Last word of counters that derive keys. It differs from 0, the last word of counters that draw numbers, so the two never coincide. */
const DERIVE = 0x6b657973;

/**
 * The key of a seed, a non-negative safe integer (0 is a fine seed).
 * @param seed a whole number from 0, e.g. that of the trial
 * @throws RangeError for anything else
 */
export function rootKey(seed: number): Key {
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new RangeError(`A seed is an integer from 0 to ${Number.MAX_SAFE_INTEGER}; got ${seed}.`);
  }
  return [seed >>> 0, Math.floor(seed / 2 ** 32) >>> 0];
}

/**
 * A new key for a purpose, e.g. `fold(key, 'shuffle', epoch)`. Keys with different labels give independent
 * streams, and the parent key may be used again.
 * @param key the key that the new one comes from
 * @param labels words and numbers that say what the new key is for
 */
export function fold(key: Key, ...labels: readonly (string | number)[]): Key {
  return labels.reduce<Key>((parent, label) => {
    const [low, high] = typeof label === 'number' ? numberWords(label) : stringWords(label);
    const words = philox(parent, [low, high, typeof label === 'number' ? 0 : 1, DERIVE]);
    return [words[0], words[1]];
  }, key);
}

function numberWords(label: number): Key {
  if (!Number.isSafeInteger(label) || label < 0)
    throw new RangeError(`A numeric label is a natural number; got ${label}.`);
  return rootKey(label);
}

/** Two FNV-1a hashes with different offsets over UTF-16 code units: 64 bits, enough to keep labels apart. */
function stringWords(label: string): Key {
  let low = 0x811c9dc5;
  let high = 0x01000193;
  for (let i = 0; i < label.length; i++) {
    low = Math.imul(low ^ label.charCodeAt(i), 0x01000193);
    high = Math.imul(high ^ label.charCodeAt(i), 0x85ebca6b);
  }
  return [low >>> 0, high >>> 0];
}

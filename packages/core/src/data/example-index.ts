import type { Features, Targets } from './dataset.js';

/** Examples by their content: whatever their order and names, equal ones are found. */
export interface ExampleIndex {
  /** Whether the example that begins at this feature of others is one of these. With a target: with that target too. */
  has(features: Features, at: number, target?: number): boolean;
  /** How many of the examples equal one before them. */
  readonly repeated: number;
}

/**
 * An open-addressing table of rows by a hash of their bits: eight bytes for each example, however many there are.
 * @param targets by which examples are told apart too; absent: by their features alone
 */
export function exampleIndex(features: Features, size: number, targets?: Targets): ExampleIndex {
  const count = features.length / size;
  const mask = 2 ** Math.ceil(Math.log2(2 * count + 2)) - 1;
  /** Row + 1; 0 where nothing is. */
  const table = new Uint32Array(mask + 1);
  const own = bitsOf(features);

  /** Where an equal example stands in the table, or the free place for it. */
  const placeOf = (bits: Bits, at: number, target: number | undefined): number => {
    let place = hash(bits, at, size) & mask;
    while (table[place] !== 0) {
      const row = table[place]! - 1;
      const fits = target === undefined || !targets || targets[row] === target;
      if (fits && same(own, row * size, bits, at, size)) break;
      place = (place + 1) & mask;
    }
    return place;
  };

  let repeated = 0;
  for (let row = 0; row < count; row++) {
    const place = placeOf(own, row * size, targets?.[row]);
    if (table[place] === 0) table[place] = row + 1;
    else repeated++;
  }
  return {
    repeated,
    has: (others, at, target) => {
      const bits = bitsOf(others);
      // A byte and a float that say the same number have other bits.
      return bits.constructor === own.constructor && table[placeOf(bits, at, target)] !== 0;
    },
  };
}

type Bits = Uint8Array | Uint32Array;

/** Floats as their bits: a missing value (NaN) equals itself. */
function bitsOf(features: Features): Bits {
  return features instanceof Uint8Array
    ? features
    : new Uint32Array(features.buffer, features.byteOffset, features.length);
}

/** FNV-1a over whole elements, 32 bits, mixed once more: its low bits choose the place. */
function hash(bits: Bits, at: number, size: number): number {
  let value = 0x811c9dc5;
  for (let i = at; i < at + size; i++) value = Math.imul(value ^ bits[i]!, 0x01000193);
  return value ^ (value >>> 15);
}

function same(a: Bits, atA: number, b: Bits, atB: number, size: number): boolean {
  for (let i = 0; i < size; i++) if (a[atA + i] !== b[atB + i]) return false;
  return true;
}

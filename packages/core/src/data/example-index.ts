import type { Features, Targets } from './dataset.js';

/** Finds equal examples by their content, whatever their order and names are. */
export interface ExampleIndex {
  /** Whether the example that begins at position `at` of `features` is one of the indexed ones. If a target is given, it must be equal, too. */
  has(features: Features, at: number, target?: number): boolean;
  /** Number of examples that equal an earlier one. */
  readonly repeated: number;
}

/**
 * An open-addressing table of rows by a hash of their bits: eight bytes for each example, however many there are.
 * @param targets if given, equal examples must have equal targets, too
 */
export function exampleIndex(features: Features, size: number, targets?: Targets): ExampleIndex {
  const count = features.length / size;
  const mask = 2 ** Math.ceil(Math.log2(2 * count + 2)) - 1;
  /** Row + 1; 0 for a free place. */
  const table = new Uint32Array(mask + 1);
  const own = bitsOf(features);

  /** The place of an equal example in the table, or a free place for this one. */
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
      // The same number has other bits as a byte than as a float.
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

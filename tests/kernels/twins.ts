import * as fc from 'fast-check';
import { expect } from 'vitest';
import { referenceOps, type Key, type Operand, type Ops } from '@bbb/kernels';

/** The same operand on two implementations. */
export interface Twin {
  readonly wasm: Operand;
  readonly reference: Operand;
}

const reference = referenceOps();

/** float32 numbers from a key. `of` maps a standard normal number to each. */
export function numbers(key: Key, count: number, of = (z: number): number => z): Float32Array {
  const z = reference.alloc([count]);
  reference.standardNormal(z, key);
  return Float32Array.from(reference.read(z), of);
}

/** A different key for each part of a test. */
export const part = ([a, b]: Key, n: number): Key => [a, (b ^ Math.imul(n, 0x9e3779b9)) >>> 0];

export type Twins = ReturnType<typeof twins>;

/** Runs the same calls on the WebAssembly ops and on the float64 ones, and compares what they wrote. */
export function twins(wasm: Ops) {
  const made: Twin[] = [];
  const twin = (shape: readonly number[], values?: ArrayLike<number>): Twin => {
    const both = { wasm: wasm.alloc(shape), reference: reference.alloc(shape) };
    if (values) {
      wasm.write(both.wasm, values);
      reference.write(both.reference, values);
    }
    made.push(both);
    return both;
  };
  /** Calls `use` for each implementation. `of` gives the operand of a twin that belongs to it. */
  const run = <T>(use: (on: Ops, of: (twin: Twin) => Operand) => T) => ({
    wasm: use(wasm, (both) => both.wasm),
    reference: use(reference, (both) => both.reference),
  });
  /** Checks every element: the error is at most `relative` times the size of the reference, or `absolute`. */
  const expectClose = (both: Twin, relative: number, absolute = 0): void => {
    const [got, expected] = [wasm.read(both.wasm), reference.read(both.reference)];
    for (let i = 0; i < expected.length; i++) {
      const allowed = relative * Math.abs(expected[i]!) + absolute;
      if (Object.is(got[i], expected[i]) || Math.abs(got[i]! - expected[i]!) <= allowed) continue;
      expect.fail(
        `element ${i} of ${expected.length}: got ${got[i]}, expected ${expected[i]} within ${allowed}`,
      );
    }
  };
  const free = (): void => {
    for (const both of made.splice(0)) wasm.free(both.wasm);
  };
  return { twin, run, expectClose, free };
}

// Sizes around vectors of 4, groups of 16 and blocks of 512.
export const sizes = fc.oneof(fc.integer({ min: 1, max: 40 }), fc.constantFrom(511, 512, 513, 1000, 1030));
export const keys = fc.tuple(fc.nat(0xffffffff), fc.nat(0xffffffff));

/** Checks a property for random values, each time with new twins. */
export function check<T>(ops: Ops, values: fc.Arbitrary<T>, body: (bench: Twins, values: T) => void): void {
  const property = fc.property(values, (drawn) => {
    const bench = twins(ops);
    try {
      body(bench, drawn);
    } finally {
      bench.free();
    }
  });
  fc.assert(property, { numRuns: 60, seed: 3 });
}

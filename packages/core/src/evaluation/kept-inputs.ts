import type { Operand, Ops } from '@bbb/kernels';
import type { Examples } from '../data/examples.js';
import { gatherInputs } from '../data/preprocessing.js';

/** Most bytes of inputs to keep: enough for the test set and the validation examples of MNIST. */
const MOST_BYTES = 2 ** 26;

/** Inputs of examples, computed once for all networks that are measured on them. */
export interface KeptInputs {
  /** Calls `use` with the inputs of these rows, `[rows, size]`. */
  readonly with: <T>(examples: Examples, some: Uint32Array, size: number, use: (x: Operand) => T) => T;
  dispose(): void;
}

/**
 * Dividing ten thousand images takes as long as multiplying them with the weights of a pruned network, and a trial measures dozens of
 * networks on the same images. So the inputs are kept.
 * @param mostBytes most bytes to keep; other inputs are computed each time. Default: 64 MB
 */
export function keepInputs(ops: Ops, mostBytes: number = MOST_BYTES): KeptInputs {
  /** By the rows of the examples, then by the first row of `some` and their number. */
  const kept = new Map<Examples['features'], Map<Uint32Array, Map<string, Operand>>>();
  let bytes = 0;
  const partsOf = ({ features, rows }: Examples): Map<string, Operand> => {
    let ofRows = kept.get(features);
    if (!ofRows) kept.set(features, (ofRows = new Map()));
    let parts = ofRows.get(rows);
    if (!parts) ofRows.set(rows, (parts = new Map()));
    return parts;
  };
  const make = ({ features, preprocessing }: Examples, some: Uint32Array, size: number): Operand => {
    const x = ops.alloc([some.length, size]);
    try {
      gatherInputs(ops, x, features, some, preprocessing.input);
      return x;
    } catch (error) {
      ops.free(x);
      throw error;
    }
  };
  return {
    with(examples, some, size, use) {
      const parts = partsOf(examples);
      const name = `${some.byteOffset}+${some.length}`;
      const found = parts.get(name);
      if (found) return use(found);
      const x = make(examples, some, size);
      if (bytes + 4 * some.length * size <= mostBytes) {
        bytes += 4 * some.length * size;
        parts.set(name, x);
        return use(x);
      }
      try {
        return use(x);
      } finally {
        ops.free(x);
      }
    },
    dispose() {
      for (const ofRows of kept.values())
        for (const parts of ofRows.values()) for (const x of parts.values()) ops.free(x);
      kept.clear();
      bytes = 0;
    },
  };
}

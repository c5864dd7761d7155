import type { Examples } from '../data/examples.js';

type Outputs = Float32Array | Float64Array;

/**
 * Asks a network once for the first set of examples, and takes the outputs of other sets that are parts of it from there: calibration
 * examples are among those held out for validation. The outputs of a row do not depend on the rows beside it.
 *
 * @param ask gives `[examples, outputs]`
 */
export function remembering(ask: (examples: Examples) => Outputs): (examples: Examples) => Outputs {
  let first: { readonly examples: Examples; readonly outputs: Outputs } | undefined;
  return (examples) => {
    const found = first && partOf(first.outputs, first.examples, examples);
    const outputs = found ?? ask(examples);
    first ??= { examples, outputs };
    return outputs;
  };
}

/** Outputs of `some` examples, from those of `all`; undefined where one is not among them, or either is not in ascending order. */
function partOf(outputs: Outputs, all: Examples, some: Examples): Outputs | undefined {
  if (some.features !== all.features || some.preprocessing !== all.preprocessing) return undefined;
  const size = outputs.length / all.rows.length;
  const part = outputs.slice(0, some.rows.length * size);
  for (let i = 0, at = 0; i < some.rows.length; i++) {
    while (at < all.rows.length && all.rows[at]! < some.rows[i]!) at++;
    if (all.rows[at] !== some.rows[i]) return undefined;
    part.set(outputs.subarray(at * size, (at + 1) * size), i * size);
  }
  return part;
}

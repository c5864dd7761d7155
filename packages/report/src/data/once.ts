/**
 * A function of plain data, asked for each object once: what reads every result must not do so again for each of them. The
 * answers are shared, so nobody may change them, and go with their object.
 */
export function once<A extends object, R>(compute: (of: A) => R): (of: A) => R {
  const known = new WeakMap<A, { readonly value: R }>();
  return (of) => {
    const found = known.get(of) ?? { value: compute(of) };
    known.set(of, found);
    return found.value;
  };
}

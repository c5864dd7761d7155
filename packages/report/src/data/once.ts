/**
 * Remembers the value of a function for each object: a function that reads every result must not do so again for each result. The
 * values are shared, so callers must not change them. They are freed with their object.
 */
export function once<A extends object, R>(compute: (of: A) => R): (of: A) => R {
  const known = new WeakMap<A, { readonly value: R }>();
  return (of) => {
    const found = known.get(of) ?? { value: compute(of) };
    known.set(of, found);
    return found.value;
  };
}

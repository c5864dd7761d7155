/** Something made at first use, so that a trainer that never steps holds no scratch memory. */
export interface Lazy<T> {
  get(): T;
  /** Hands the value, if it was made, to `free`, and forgets it. */
  dispose(free: (value: T) => void): void;
}

export function lazy<T>(make: () => T): Lazy<T> {
  let made: { readonly value: T } | undefined;
  return {
    get: () => (made ??= { value: make() }).value,
    dispose(free) {
      if (made) free(made.value);
      made = undefined;
    },
  };
}

/** A value that is made at its first use, so that a trainer that never steps allocates no scratch memory. */
export interface Lazy<T> {
  get(): T;
  /** If the value was made, calls `free` with it and forgets it. */
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

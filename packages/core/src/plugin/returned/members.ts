/**
 * The names of those members of `value` that are not functions: all of the names if `value` is not an object.
 * @param value anything
 * @param names names of members that should be functions
 */
export function missingFunctions(value: unknown, names: readonly string[]): string[] {
  if (typeof value !== 'object' || value === null) return [...names];
  const members = value as Readonly<Record<string, unknown>>;
  return names.filter((name) => typeof members[name] !== 'function');
}

/** `target` with some members replaced. Its other methods still run with `target` as `this`, because it may be an instance of a class. */
export function withMembers<T extends object>(target: T, members: Partial<T>): T {
  return new Proxy(target, {
    get(object, name) {
      if (Object.hasOwn(members, name)) return Reflect.get(members, name) as unknown;
      const value: unknown = Reflect.get(object, name);
      return typeof value === 'function' ? (value.bind(object) as unknown) : value;
    },
  });
}

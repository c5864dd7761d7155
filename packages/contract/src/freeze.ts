/** Freezes a value and all that it contains, so that a change throws. Typed arrays can't be frozen. */
export function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) Object.values(Object.freeze(value)).forEach(deepFreeze);
  return value;
}

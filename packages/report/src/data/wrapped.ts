import type { Trial } from '@bbb/core';

type Method = Trial['method'];

/** The method inside another, which has it among its options as `of: { use, options }`. Undefined if there is none. */
export function methodInside({ of }: Method['options']): Method | undefined {
  if (typeof of !== 'object' || of === null) return undefined;
  const { use, options } = of as Partial<Method>;
  const named = typeof use === 'string' && typeof options === 'object' && options !== null;
  return named ? { use, options } : undefined;
}

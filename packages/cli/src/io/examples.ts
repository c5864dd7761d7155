import type { Shape } from '@bbb/core';

/** The word for examples of this shape. */
export function examplesWord(inputShape: Shape): 'images' | 'examples' {
  return inputShape.length === 3 ? 'images' : 'examples';
}

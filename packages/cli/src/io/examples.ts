import type { Shape } from '@bbb/core';

/** What examples of a shape are called. */
export function examplesWord(inputShape: Shape): 'images' | 'examples' {
  return inputShape.length === 3 ? 'images' : 'examples';
}

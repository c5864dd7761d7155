import { log } from './log.js';

/**
 * log(1 + x) without losing the digits of a small x: the rounding of 1 + x is undone by its own quotient (Kahan).
 * @param x any number
 */
export function log1p(x: number): number {
  const sum = 1 + x;
  if (sum === 1) return x;
  return sum === Infinity ? sum : (log(sum) * x) / (sum - 1);
}

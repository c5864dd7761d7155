import { log } from './log.js';

/**
 * log(1 + x) that keeps the digits of a small x: a quotient corrects for the rounding of 1 + x (Kahan).
 * @param x any number
 */
export function log1p(x: number): number {
  const sum = 1 + x;
  if (sum === 1) return x;
  return sum === Infinity ? sum : (log(sum) * x) / (sum - 1);
}

/**
 * A stream's word below this drops its element: P(drop) = threshold / 2^32, p to the nearest multiple of 2^-32 below 1.
 */
export function dropThreshold(p: number): number {
  return Math.min(Math.round(p * 2 ** 32), 2 ** 32 - 1);
}

/**
 * An element is dropped if its word of the stream is below this threshold. P(drop) = threshold / 2^32: p, rounded to a multiple of 2^-32 and
 * less than 1.
 */
export function dropThreshold(p: number): number {
  return Math.min(Math.round(p * 2 ** 32), 2 ** 32 - 1);
}

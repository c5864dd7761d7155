import { tQuantile } from './student.js';

/** A mean over seeds and its uncertainty. */
export interface Estimate {
  /** Number of seeds. */
  readonly n: number;
  readonly mean: number;
  /** Sample standard deviation (n - 1); absent with one seed. */
  readonly sd?: number;
  /** Bounds of the confidence interval of the mean, 95 % unless the caller says otherwise. Absent with one seed, which has no spread. */
  readonly low?: number;
  readonly high?: number;
  /** In the order given. */
  readonly values: readonly number[];
}

/** Default confidence level of every interval. */
export const CONFIDENCE = 0.95;

/**
 * Mean and Student t interval: mean +- t((1 + confidence) / 2, n - 1) sd / sqrt(n). Assumes that values of different seeds are
 * independent and not far from normal.
 * @param values one for each seed
 * @param confidence confidence level of the interval, in (0, 1). Default: 0.95
 * @returns undefined without values
 */
export function estimate(values: readonly number[], confidence = CONFIDENCE): Estimate | undefined {
  const n = values.length;
  if (n === 0) return undefined;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  if (n === 1) return { n, mean, values };
  const sd = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1));
  const half = (tQuantile(0.5 + confidence / 2, n - 1) * sd) / Math.sqrt(n);
  return { n, mean, sd, low: mean - half, high: mean + half, values };
}

/**
 * Half the width of the interval; absent with one seed.
 * @param estimate what `estimate` returned
 */
export function halfWidth({ mean, high }: Estimate): number | undefined {
  return high === undefined ? undefined : high - mean;
}

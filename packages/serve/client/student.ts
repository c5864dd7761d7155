/** Quantiles 0.975 of Student's t for 1, 2, ... 30 degrees of freedom. Source: any table of the distribution. */
const TABLE = [
  12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131,
  2.12, 2.11, 2.101, 2.093, 2.086, 2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048, 2.045, 2.042,
];
const NORMAL = 1.96;

/** The factor from a standard error to half of a 95 % interval. Beyond the table, it uses the first term of the quantile's expansion. */
export function student975(degrees: number): number {
  return TABLE[degrees - 1] ?? NORMAL + (NORMAL ** 3 + NORMAL) / (4 * degrees);
}

import jstat from 'jstat';

/**
 * Quantile of Student's t distribution.
 * @param p probability in (0, 1)
 * @param dof degrees of freedom, at least 1
 */
export function tQuantile(p: number, dof: number): number {
  return jstat.jStat.studentt.inv(p, dof);
}

/** Two-sided p-value: P(abs(T) >= abs(t)). Infinite t gives 0. */
export function twoSidedP(t: number, dof: number): number {
  if (!Number.isFinite(t)) return 0;
  // The lower tail keeps its relative precision; 1 - cdf would not.
  return Math.min(1, 2 * jstat.jStat.studentt.cdf(-Math.abs(t), dof));
}

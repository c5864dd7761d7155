/** The two functions of jStat that are used; the package ships no types. */
declare module 'jstat' {
  export const jStat: {
    readonly studentt: {
      /** Quantile: t with P(T <= t) = p. */
      inv(p: number, dof: number): number;
      /** P(T <= t). */
      cdf(t: number, dof: number): number;
    };
  };
}

/** Running mean and variance of vectors (Welford 1962). */
export class Moments {
  count = 0;
  readonly means: Float64Array;
  private readonly squares: Float64Array;

  constructor(size: number) {
    this.means = new Float64Array(size);
    this.squares = new Float64Array(size);
  }

  add(values: ArrayLike<number>): void {
    this.count++;
    for (let i = 0; i < values.length; i++) {
      const before = values[i]! - this.means[i]!;
      this.means[i]! += before / this.count;
      this.squares[i]! += before * (values[i]! - this.means[i]!);
    }
  }

  /** The unbiased variance. */
  get variances(): Float64Array {
    return this.squares.map((square) => square / (this.count - 1));
  }

  /** The standard error of the mean of each element. */
  get standardErrors(): Float64Array {
    return this.variances.map((variance) => Math.sqrt(variance / this.count));
  }
}

/**
 * The distance of a chi-square number with these degrees of freedom from its mean, in standard deviations (Wilson
 * & Hilferty 1931).
 */
export function chiSquareZ(value: number, degrees: number): number {
  const spread = 2 / (9 * degrees);
  return (Math.cbrt(value / degrees) - (1 - spread)) / Math.sqrt(spread);
}

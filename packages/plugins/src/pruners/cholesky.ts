/**
 * The lower triangle L of a = L L^T, `[size, size]` row-major, for a symmetric positive definite matrix. It uses only arithmetic and square roots,
 * so it has the same bits on every engine.
 */
export function cholesky(a: Float64Array, size: number): Float64Array {
  const l = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let rest = a[i * size + j]!;
      for (let k = 0; k < j; k++) rest -= l[i * size + k]! * l[j * size + k]!;
      l[i * size + j] = i === j ? Math.sqrt(rest) : rest / l[j * size + j]!;
    }
  }
  return l;
}

/** Solves L L^T x = b. */
export function solve(l: Float64Array, b: ArrayLike<number>): Float64Array {
  const size = b.length;
  const x = Float64Array.from(b);
  for (let i = 0; i < size; i++) {
    for (let k = 0; k < i; k++) x[i]! -= l[i * size + k]! * x[k]!;
    x[i]! /= l[i * size + i]!;
  }
  for (let i = size - 1; i >= 0; i--) {
    for (let k = i + 1; k < size; k++) x[i]! -= l[k * size + i]! * x[k]!;
    x[i]! /= l[i * size + i]!;
  }
  return x;
}

/** The diagonal of (L L^T)^-1: sums of squares of the columns of L^-1. */
export function inverseDiagonal(l: Float64Array, size: number): Float64Array {
  const diagonal = new Float64Array(size);
  const column = new Float64Array(size);
  for (let j = 0; j < size; j++) {
    column.fill(0, 0, j);
    for (let i = j; i < size; i++) {
      let rest = i === j ? 1 : 0;
      for (let k = j; k < i; k++) rest -= l[i * size + k]! * column[k]!;
      column[i] = rest / l[i * size + i]!;
      diagonal[j]! += column[i]! * column[i]!;
    }
  }
  return diagonal;
}

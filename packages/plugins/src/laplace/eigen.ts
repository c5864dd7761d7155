import { EigenvalueDecomposition, Matrix } from 'ml-matrix';

/** A = vectors diag(values) vectors^T. */
export interface Eigen {
  /** None below 0: what rounding makes of a 0 is set to 0. */
  readonly values: Float64Array;
  /** `[size, size]`, row-major; each column is one. */
  readonly vectors: Float64Array;
}

/**
 * Of a symmetric matrix without negative eigenvalues, by tridiagonalisation and QL steps: arithmetic and square roots alone, so the same
 * bits on every engine.
 * @param a `[size, size]`, row-major
 */
export function eigenOf(a: Float64Array, size: number): Eigen {
  // An input that is always 0 is independent of all others. Only the rest of the matrix is decomposed.
  const used = Array.from({ length: size }, (_, i) => i).filter((i) => a[i * size + i]! > 0);
  const values = new Float64Array(size);
  const vectors = new Float64Array(size * size);
  for (let i = 0; i < size; i++) vectors[i * size + i] = 1;
  if (used.length === 0) return { values, vectors };
  const matrix = new Matrix(used.map((i) => used.map((j) => (a[i * size + j]! + a[j * size + i]!) / 2)));
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(matrix, {
    assumeSymmetric: true,
  });
  used.forEach((k, column) => (values[k] = Math.max(0, realEigenvalues[column]!)));
  used.forEach((i, row) =>
    used.forEach((k, column) => (vectors[i * size + k] = eigenvectorMatrix.get(row, column))),
  );
  return { values, vectors };
}

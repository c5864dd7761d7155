import { eigenvaluesOf } from './symmetric/ql.js';
import { tridiagonal } from './symmetric/tridiagonal.js';

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
  const count = used.length;
  const matrix = Float64Array.from({ length: count * count }, (_, at) => {
    const [i, j] = [used[Math.floor(at / count)]!, used[at % count]!];
    return (a[i * size + j]! + a[j * size + i]!) / 2;
  });
  const decomposed = tridiagonal(matrix, count);
  const eigenvalues = eigenvaluesOf(decomposed);
  used.forEach((k, column) => (values[k] = Math.max(0, eigenvalues[column]!)));
  used.forEach((i, row) =>
    used.forEach((k, column) => (vectors[i * size + k] = decomposed.vectors[column * count + row]!)),
  );
  return { values, vectors };
}

import { minusOuterPair, minusProjections, symmetricProduct } from './rows.js';

/** A = vectors^T T vectors, where T is symmetric and has nothing beside three diagonals. */
export interface Tridiagonal {
  readonly size: number;
  /** `[size]`. */
  readonly diagonal: Float64Array;
  /** `[size]`: element i is beside the diagonal in row i and column i - 1; element 0 is 0. */
  readonly beside: Float64Array;
  /** `[size, size]`, row-major, orthogonal. */
  readonly vectors: Float64Array;
}

/**
 * Householder's reflections, one for each row from the last one up (Martin, Reinsch & Wilkinson 1968, "tred2"). Every number is computed by the
 * textbook's operations in the textbook's order. Only rows that do not depend on each other are computed together.
 *
 * @param v `[size, size]`, row-major and symmetric. It is overwritten with the vectors of the result
 */
export function tridiagonal(v: Float64Array, size: number): Tridiagonal {
  const diagonal = new Float64Array(size);
  const beside = new Float64Array(size);
  for (let j = 0; j < size; j++) diagonal[j] = v[j * size + size - 1]!;
  for (let i = size - 1; i > 0; i--) reflect(v, size, i, diagonal, beside);
  for (let i = 0; i < size - 1; i++) gather(v, size, i, diagonal);
  for (let j = 0; j < size; j++) {
    diagonal[j] = v[j * size + size - 1]!;
    v[j * size + size - 1] = 0;
  }
  v[size * size - 1] = 1;
  beside[0] = 0;
  return { size, diagonal, beside, vectors: v };
}

/**
 * Reflects the leading i rows and columns such that column i has nothing above the element beside the diagonal. The vector u of the reflection is
 * kept in row i, and half of |u|^2 in `d[i]`.
 * @param d column i above the diagonal; overwritten with the next one
 */
function reflect(v: Float64Array, size: number, i: number, d: Float64Array, e: Float64Array): void {
  let scale = 0;
  for (let k = 0; k < i; k++) scale += Math.abs(d[k]!);
  let h = 0;
  if (scale === 0) {
    e[i] = d[i - 1]!;
    v.fill(0, i * size, i * size + i);
    nextColumn(v, size, i, d);
  } else {
    for (let k = 0; k < i; k++) {
      d[k]! /= scale;
      h += d[k]! * d[k]!;
    }
    const f = d[i - 1]!;
    const g = f > 0 ? -Math.sqrt(h) : Math.sqrt(h);
    e[i] = scale * g;
    h -= f * g;
    d[i - 1] = f - g;
    v.set(d.subarray(0, i), i * size);
    applyReflection(v, size, i, h, d, e);
    nextColumn(v, size, i, d);
  }
  d[i] = h;
}

/** A -= u q^T + q u^T with p = A u / h, q = p - u (u^T p) / 2 h. @param e scratch, from 0 to i - 1 */
function applyReflection(
  v: Float64Array,
  size: number,
  i: number,
  h: number,
  u: Float64Array,
  e: Float64Array,
): void {
  symmetricProduct(e, v, size, i, u);
  let f = 0;
  for (let j = 0; j < i; j++) {
    e[j]! /= h;
    f += e[j]! * u[j]!;
  }
  const half = f / (h + h);
  for (let j = 0; j < i; j++) e[j]! -= half * u[j]!;
  minusOuterPair(v, size, i, u, e);
}

function nextColumn(v: Float64Array, size: number, i: number, d: Float64Array): void {
  for (let j = 0; j < i; j++) {
    d[j] = v[j * size + i - 1]!;
    v[j * size + i] = 0;
  }
}

/** Multiplies the vectors found so far by the reflection of row i + 1. @param d half of |u|^2 of each reflection that is left; scratch up to i */
function gather(v: Float64Array, size: number, i: number, d: Float64Array): void {
  v[i * size + size - 1] = v[i * size + i]!;
  v[i * size + i] = 1;
  const h = d[i + 1]!;
  const u = (i + 1) * size;
  if (h !== 0) {
    for (let k = 0; k <= i; k++) d[k] = v[u + k]! / h;
    minusProjections(v, size, i + 1, u, d);
  }
  v.fill(0, u, u + i + 1);
}

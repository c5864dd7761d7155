import { rotateRows, swapRows } from './rotations.js';
import type { Tridiagonal } from './tridiagonal.js';

/**
 * QL steps with shifts until nothing is left beside the diagonal (Bowdler, Martin, Reinsch & Wilkinson 1968, "tql2"). The rotations of a step do
 * not depend on the vectors, so the vectors are turned by all of them together.
 *
 * @returns eigenvalues in ascending order. The rows of `vectors` become the eigenvectors, in this order
 * @param of overwritten
 */
export function eigenvaluesOf({ size, diagonal: d, beside: e, vectors }: Tridiagonal): Float64Array {
  const cosines = new Float64Array(size);
  const sines = new Float64Array(size);
  e.copyWithin(0, 1);
  e[size - 1] = 0;
  let shift = 0;
  let largest = 0;
  for (let l = 0; l < size; l++) {
    largest = Math.max(largest, Math.abs(d[l]!) + Math.abs(e[l]!));
    const least = Number.EPSILON * largest;
    let m = l;
    while (m < size && Math.abs(e[m]!) > least) m++;
    if (m > l) {
      do {
        shift += step(d, e, l, m, cosines, sines);
        rotateRows(vectors, size, l, m, cosines, sines);
      } while (Math.abs(e[l]!) > least);
    }
    d[l]! += shift;
    e[l] = 0;
  }
  sort(d, vectors, size);
  return d;
}

/**
 * One QL step on rows l to m. Writes rotation number i, of the rows i and i + 1, into `cosines` and `sines`.
 * @returns what is subtracted from the diagonal from l on
 */
function step(
  d: Float64Array,
  e: Float64Array,
  l: number,
  m: number,
  cosines: Float64Array,
  sines: Float64Array,
): number {
  const h = subtractShift(d, e, l);
  const next = d[l + 1]!;
  const besideNext = e[l + 1]!;
  let p = d[m]!;
  let [c, c2, c3, s, s2] = [1, 1, 1, 0, 0];
  for (let i = m - 1; i >= l; i--) {
    c3 = c2;
    c2 = c;
    s2 = s;
    const g = c * e[i]!;
    const q = c * p;
    const r = hypotenuse(p, e[i]!);
    e[i + 1] = s * r;
    s = e[i]! / r;
    c = p / r;
    p = c * d[i]! - s * g;
    d[i + 1] = q + s * (c * g + s * d[i]!);
    cosines[i] = c;
    sines[i] = s;
  }
  p = (-s * s2 * c3 * besideNext * e[l]!) / next;
  e[l] = s * p;
  d[l] = c * p;
  return h;
}

/** The shift is the eigenvalue of rows l and l + 1 that is closer to element l. */
function subtractShift(d: Float64Array, e: Float64Array, l: number): number {
  const g = d[l]!;
  const p = (d[l + 1]! - g) / (2 * e[l]!);
  const root = hypotenuse(p, 1);
  const r = p < 0 ? -root : root;
  d[l] = e[l]! / (p + r);
  d[l + 1] = e[l]! * (p + r);
  const h = g - d[l];
  for (let i = l + 2; i < d.length; i++) d[i]! -= h;
  return h;
}

/** sqrt(a^2 + b^2), where the squares may be too large for a number. */
function hypotenuse(a: number, b: number): number {
  const [x, y] = [Math.abs(a), Math.abs(b)];
  if (x > y) {
    const r = b / a;
    return x * Math.sqrt(1 + r * r);
  }
  if (b === 0) return 0;
  const r = a / b;
  return y * Math.sqrt(1 + r * r);
}

function sort(d: Float64Array, vectors: Float64Array, size: number): void {
  for (let i = 0; i < size - 1; i++) {
    let least = i;
    for (let j = i + 1; j < size; j++) if (d[j]! < d[least]!) least = j;
    if (least === i) continue;
    const value = d[i]!;
    d[i] = d[least]!;
    d[least] = value;
    swapRows(vectors, size, i, least);
  }
}

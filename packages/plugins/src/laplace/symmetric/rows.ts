/**
 * Loops over the rows of a square matrix, four at a time. Each row is still summed in ascending order, so the bits are the same as for one row
 * after another. But the CPU computes four sums at the same time, and loads the common numbers once.
 */

/**
 * r -= (u r) d for the leading `count` rows r, as far as their leading `count` columns. Rows are changed while they are still in the cache.
 * @param u where u begins in v
 */
export function minusProjections(
  v: Float64Array,
  size: number,
  count: number,
  u: number,
  d: Float64Array,
): void {
  let j = 0;
  for (; j + 4 <= count; j += 4) {
    const [a, b, c, e] = [j * size, (j + 1) * size, (j + 2) * size, (j + 3) * size];
    let [p, q, r, s] = [0, 0, 0, 0];
    for (let k = 0; k < count; k++) {
      const x = v[u + k]!;
      p += x * v[a + k]!;
      q += x * v[b + k]!;
      r += x * v[c + k]!;
      s += x * v[e + k]!;
    }
    for (let k = 0; k < count; k++) {
      const x = d[k]!;
      v[a + k]! -= p * x;
      v[b + k]! -= q * x;
      v[c + k]! -= r * x;
      v[e + k]! -= s * x;
    }
  }
  for (; j < count; j++) {
    const row = j * size;
    let p = 0;
    for (let k = 0; k < count; k++) p += v[u + k]! * v[row + k]!;
    for (let k = 0; k < count; k++) v[row + k]! -= p * d[k]!;
  }
}

/** out = A u for the leading `count` rows and columns of a symmetric matrix, of which v has the upper triangle. */
export function symmetricProduct(
  out: Float64Array,
  v: Float64Array,
  size: number,
  count: number,
  u: Float64Array,
): void {
  out.fill(0, 0, count);
  let j = 0;
  for (; j + 4 <= count; j += 4) {
    const [a, b, c, d] = [j * size, (j + 1) * size, (j + 2) * size, (j + 3) * size];
    const [p, q, r, s] = [u[j]!, u[j + 1]!, u[j + 2]!, u[j + 3]!];
    for (let row = j; row < j + 4; row++) rowOfTriangle(out, v, size, row, j + 4, u);
    let [w, x, y, z] = [out[j]!, out[j + 1]!, out[j + 2]!, out[j + 3]!];
    for (let k = j + 4; k < count; k++) {
      const [va, vb, vc, vd] = [v[a + k]!, v[b + k]!, v[c + k]!, v[d + k]!];
      const uk = u[k]!;
      w += va * uk;
      x += vb * uk;
      y += vc * uk;
      z += vd * uk;
      out[k] = out[k]! + va * p + vb * q + vc * r + vd * s;
    }
    out[j] = w;
    out[j + 1] = x;
    out[j + 2] = y;
    out[j + 3] = z;
  }
  for (; j < count; j++) rowOfTriangle(out, v, size, j, count, u);
}

/** Adds what row `row` has from the diagonal up to column `end` to its own sum, and to those of the columns. */
function rowOfTriangle(
  out: Float64Array,
  v: Float64Array,
  size: number,
  row: number,
  end: number,
  u: Float64Array,
): void {
  const factor = u[row]!;
  let sum = out[row]! + v[row * size + row]! * factor;
  for (let k = row + 1; k < end; k++) {
    const value = v[row * size + k]!;
    sum += value * u[k]!;
    out[k]! += value * factor;
  }
  out[row] = sum;
}

/** The upper triangle of the leading `count` rows and columns: v[j, k] -= u[j] q[k] + q[j] u[k]. */
export function minusOuterPair(
  v: Float64Array,
  size: number,
  count: number,
  u: Float64Array,
  q: Float64Array,
): void {
  for (let j = 0; j < count; j++) {
    const [row, f, g] = [j * size, u[j]!, q[j]!];
    for (let k = j; k < count; k++) v[row + k]! -= f * q[k]! + g * u[k]!;
  }
}

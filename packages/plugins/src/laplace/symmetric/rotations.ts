/**
 * Turns rows i and i + 1 by rotation number i, for i from m - 1 down to l. Four rotations work on five rows in one pass: every row is loaded and
 * stored once in place of twice. An element goes through the same operations as in one pass for each rotation, so the bits are the same.
 *
 * @param v `[size, size]`, row-major
 */
export function rotateRows(
  v: Float64Array,
  size: number,
  l: number,
  m: number,
  cosines: Float64Array,
  sines: Float64Array,
): void {
  let i = m - 1;
  for (; i - 3 >= l; i -= 4) rotateFour(v, size, i, cosines, sines);
  for (; i >= l; i--) rotateOne(v, size, i, cosines[i]!, sines[i]!);
}

function rotateFour(
  v: Float64Array,
  size: number,
  i: number,
  cosines: Float64Array,
  sines: Float64Array,
): void {
  const [c1, c2, c3, c4] = [cosines[i]!, cosines[i - 1]!, cosines[i - 2]!, cosines[i - 3]!];
  const [s1, s2, s3, s4] = [sines[i]!, sines[i - 1]!, sines[i - 2]!, sines[i - 3]!];
  const top = (i + 1) * size;
  for (let a = top; a < top + size; a++) {
    const b = a - size;
    const c = b - size;
    const d = c - size;
    const e = d - size;
    let carried = v[a]!;
    let own = v[b]!;
    v[a] = s1 * own + c1 * carried;
    carried = c1 * own - s1 * carried;
    own = v[c]!;
    v[b] = s2 * own + c2 * carried;
    carried = c2 * own - s2 * carried;
    own = v[d]!;
    v[c] = s3 * own + c3 * carried;
    carried = c3 * own - s3 * carried;
    own = v[e]!;
    v[d] = s4 * own + c4 * carried;
    v[e] = c4 * own - s4 * carried;
  }
}

function rotateOne(v: Float64Array, size: number, i: number, c: number, s: number): void {
  const top = (i + 1) * size;
  for (let a = top; a < top + size; a++) {
    const b = a - size;
    const h = v[a]!;
    const own = v[b]!;
    v[a] = s * own + c * h;
    v[b] = c * own - s * h;
  }
}

export function swapRows(v: Float64Array, size: number, i: number, j: number): void {
  const row = v.slice(i * size, (i + 1) * size);
  v.copyWithin(i * size, j * size, (j + 1) * size);
  v.set(row, j * size);
}

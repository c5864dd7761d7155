/*
 * Reductions over rows, and operations with one number for each row. Rows may be narrow, for example the classes of a classifier. So the last
 * vector of a row overlaps the one before, which is faster than single elements.
 */

/** out[r] = the largest of x[r, :], or NaN if one is NaN. n >= 1. */
export function largestOfRows(out: usize, x: usize, rows: i32, n: i32): void {
  const width = <usize>n << 2;
  for (const end = out + (<usize>rows << 2); out != end; out += 4, x += width) store<f32>(out, largest(x, n));
}

/** The largest of n numbers, or NaN if one is NaN. n >= 1. */
// @ts-ignore: decorator
@inline
export function largest(x: usize, n: i32): f32 {
  if (n < 4) {
    let top = load<f32>(x);
    for (let i = 1; i < n; i++) top = max(top, load<f32>(x + (<usize>i << 2)));
    return top;
  }
  // f32x4.max needs several instructions to keep NaN. A pmax and a separate test for NaN are faster.
  const last = x + (<usize>(n - 4) << 2);
  let even = v128.load(last), odd = even, nan = f32x4.ne(even, even);
  for (const pairs = x + (<usize>(n & ~7) << 2); x != pairs; x += 32) {
    const y = v128.load(x), z = v128.load(x, 16);
    even = f32x4.pmax(even, y);
    odd = f32x4.pmax(odd, z);
    nan = v128.or(nan, v128.or(f32x4.ne(y, y), f32x4.ne(z, z)));
  }
  if (n & 4) {
    const y = v128.load(x);
    even = f32x4.pmax(even, y);
    nan = v128.or(nan, f32x4.ne(y, y));
  }
  if (v128.any_true(nan)) return NaN;
  even = f32x4.pmax(even, odd);
  even = f32x4.pmax(even, i32x4.shuffle(even, even, 2, 3, 0, 1));
  return max(f32x4.extract_lane(even, 0), f32x4.extract_lane(even, 1));
}

/** out[r] = the sum of x[r, :], computed in double precision and rounded once. It is 0 if n = 0. */
export function sumOfRows(out: usize, x: usize, rows: i32, n: i32): void {
  const width = <usize>n << 2;
  for (const end = out + (<usize>rows << 2); out != end; out += 4, x += width) store<f32>(out, <f32>sum(x, n));
}

function sum(x: usize, n: i32): f64 {
  let even = f64x2.splat(0), odd = even;
  const end = x + (<usize>n << 2);
  for (const vectors = x + (<usize>(n & ~3) << 2); x != vectors; x += 16) {
    const y = v128.load(x);
    even = f64x2.add(even, f64x2.promote_low_f32x4(y));
    odd = f64x2.add(odd, f64x2.promote_low_f32x4(i32x4.shuffle(y, y, 2, 3, 2, 3)));
  }
  even = f64x2.add(even, odd);
  let total = f64x2.extract_lane(even, 0) + f64x2.extract_lane(even, 1);
  for (; x != end; x += 4) total += load<f32>(x);
  return total;
}

/** out[r, :] = x[r, :] - y[r]. `out` must not be `x`, because the overlap of vectors is computed twice. */
export function subtractFromRows(out: usize, x: usize, y: usize, rows: i32, n: i32): void {
  for (const end = y + (<usize>rows << 2); y != end; y += 4) {
    const less = load<f32>(y);
    if (n < 4) {
      for (let i = 0; i < n; i++, x += 4, out += 4) store<f32>(out, load<f32>(x) - less);
      continue;
    }
    const v = f32x4.splat(less), rest = <usize>(n & 3) << 2;
    for (const vectors = x + (<usize>(n & ~3) << 2); x != vectors; x += 16, out += 16) {
      v128.store(out, f32x4.sub(v128.load(x), v));
    }
    if (rest) {
      x += rest;
      out += rest;
      v128.store(out - 16, f32x4.sub(v128.load(x - 16), v));
    }
  }
}

/** x[r, :] /= y[r] */
export function divideRows(x: usize, y: usize, rows: i32, n: i32): void {
  for (const end = y + (<usize>rows << 2); y != end; y += 4) {
    const by = load<f32>(y), v = f32x4.splat(by);
    for (const vectors = x + (<usize>(n & ~3) << 2); x != vectors; x += 16) v128.store(x, f32x4.div(v128.load(x), v));
    for (const last = x + (<usize>(n & 3) << 2); x != last; x += 4) store<f32>(x, load<f32>(x) / by);
  }
}

import { Four, get, give, One, put, putFirst } from './lanes';

/** out[c] = the largest of a window's rows * columns elements of channel c, or NaN if one is NaN. Nothing is read at or after `limit`. */
// @ts-ignore: decorator
@inline
export function largestOfWindow(
  out: usize, p: usize, rows: i32, columns: i32, rowStep: usize, pixel: usize, n: i32, limit: usize,
): void {
  const rest = n & 3, vectors = p + (<usize>(n & ~3) << 2);
  if (rows == 2 && columns == 2) {
    for (; p != vectors; p += 16, out += 16) v128.store(out, largestOfFour<Four>(p, pixel, p + rowStep));
  } else {
    for (; p != vectors; p += 16, out += 16) v128.store(out, largest<Four>(p, rows, columns, rowStep, pixel));
  }
  if (!rest) return;
  const last = p + <usize>(rows - 1) * rowStep + <usize>(columns - 1) * pixel;
  if (last + 16 <= limit) return putFirst(out, largest<Four>(p, rows, columns, rowStep, pixel), rest);
  for (let i = 0; i < rest; i++, p += 4, out += 4) put<One>(out, largest<One>(p, rows, columns, rowStep, pixel));
}

// @ts-ignore: decorator
@inline
function largest<Lanes>(p: usize, rows: i32, columns: i32, rowStep: usize, pixel: usize): v128 {
  if (rows == 2 && columns == 2) return largestOfFour<Lanes>(p, pixel, p + rowStep);
  if (rows == 3 && columns == 3) return largestOfNine<Lanes>(p, pixel, p + rowStep, p + 2 * rowStep);
  return largestOfMany<Lanes>(p, rows, columns, rowStep, pixel);
}

// pmax is one instruction, but does not keep NaN, so NaN is tested separately.

function largestOfMany<Lanes>(p: usize, rows: i32, columns: i32, rowStep: usize, pixel: usize): v128 {
  let top = get<Lanes>(p), nan = f32x4.ne(top, top);
  for (let i = 0; i < rows; i++, p += rowStep) {
    for (let q = p, end = p + <usize>columns * pixel; q != end; q += pixel) {
      const y = get<Lanes>(q);
      top = f32x4.pmax(top, y);
      nan = v128.or(nan, f32x4.ne(y, y));
    }
  }
  return v128.or(top, nan);
}

// @ts-ignore: decorator
@inline
function largestOfFour<Lanes>(p: usize, pixel: usize, q: usize): v128 {
  const a = get<Lanes>(p), b = get<Lanes>(p + pixel), c = get<Lanes>(q), d = get<Lanes>(q + pixel);
  const top = f32x4.pmax(f32x4.pmax(a, b), f32x4.pmax(c, d));
  return v128.or(top, v128.or(v128.or(f32x4.ne(a, a), f32x4.ne(b, b)), v128.or(f32x4.ne(c, c), f32x4.ne(d, d))));
}

// @ts-ignore: decorator
@inline
function largestOfNine<Lanes>(p: usize, pixel: usize, q: usize, r: usize): v128 {
  return largestOfThree(
    threeOf<Lanes>(p, pixel), threeOf<Lanes>(q, pixel), threeOf<Lanes>(r, pixel),
  );
}

// @ts-ignore: decorator
@inline
function threeOf<Lanes>(p: usize, pixel: usize): v128 {
  return largestOfThree(get<Lanes>(p), get<Lanes>(p + pixel), get<Lanes>(p + 2 * pixel));
}

// @ts-ignore: decorator
@inline
function largestOfThree(a: v128, b: v128, c: v128): v128 {
  const nan = v128.or(v128.or(f32x4.ne(a, a), f32x4.ne(b, b)), f32x4.ne(c, c));
  return v128.or(f32x4.pmax(f32x4.pmax(a, b), c), nan);
}

/** Where y replaces `top` as the largest: where y is larger, and where y is the first NaN. */
// @ts-ignore: decorator
@inline
function better(y: v128, top: v128): v128 {
  return v128.and(v128.or(f32x4.gt(y, top), f32x4.ne(y, y)), f32x4.eq(top, top));
}

/**
 * Gives the window's gradient d[c] to the largest element of channel c of `x`, to the first one if several are equal. `dx` and `x` point to
 * the window's first pixel.
 */
// @ts-ignore: decorator
@inline
export function toLargestOfWindow(
  dx: usize, d: usize, x: usize, rows: i32, columns: i32, rowStep: usize, pixel: usize, n: i32, add: bool,
): void {
  const end = x + (<usize>n << 2), vectors = x + (<usize>(n & ~3) << 2);
  if (rows == 2 && columns == 2) {
    for (; x != vectors; x += 16, dx += 16, d += 16) toLargestOfFour<Four>(dx, d, x, rowStep, pixel, add);
    for (; x != end; x += 4, dx += 4, d += 4) toLargestOfFour<One>(dx, d, x, rowStep, pixel, add);
    return;
  }
  for (; x != vectors; x += 16, dx += 16, d += 16) toLargest<Four>(dx, d, x, rows, columns, rowStep, pixel, add);
  for (; x != end; x += 4, dx += 4, d += 4) toLargest<One>(dx, d, x, rows, columns, rowStep, pixel, add);
}

function toLargest<Lanes>(
  dx: usize, d: usize, x: usize, rows: i32, columns: i32, rowStep: usize, pixel: usize, add: bool,
): void {
  let top = get<Lanes>(x), place = i32x4.splat(0), at = 0;
  for (let i = 0; i < rows; i++, x += rowStep) {
    for (let q = x, end = x + <usize>columns * pixel; q != end; q += pixel, at++) {
      const y = get<Lanes>(q), wins = better(y, top);
      top = v128.bitselect(y, top, wins);
      place = v128.bitselect(i32x4.splat(at), place, wins);
    }
  }
  const gradient = get<Lanes>(d);
  at = 0;
  for (let i = 0; i < rows; i++, dx += rowStep) {
    for (let q = dx, end = dx + <usize>columns * pixel; q != end; q += pixel, at++) {
      give<Lanes>(q, v128.and(gradient, i32x4.eq(place, i32x4.splat(at))), add);
    }
  }
}

// @ts-ignore: decorator
@inline
function toLargestOfFour<Lanes>(dx: usize, d: usize, x: usize, rowStep: usize, pixel: usize, add: bool): void {
  const x0 = get<Lanes>(x), x1 = get<Lanes>(x + pixel);
  const x2 = get<Lanes>(x + rowStep), x3 = get<Lanes>(x + rowStep + pixel), gradient = get<Lanes>(d);
  // `second`: x1 wins the first pair. `fourth`: x3 wins the second pair. `below`: the second pair wins.
  const second = better(x1, x0), fourth = better(x3, x2);
  const a = v128.bitselect(x1, x0, second), b = v128.bitselect(x3, x2, fourth), below = better(b, a);
  const toFirst = v128.andnot(gradient, below), toLast = v128.and(gradient, below);
  give<Lanes>(dx, v128.andnot(toFirst, second), add);
  give<Lanes>(dx + pixel, v128.and(toFirst, second), add);
  give<Lanes>(dx + rowStep, v128.andnot(toLast, fourth), add);
  give<Lanes>(dx + rowStep + pixel, v128.and(toLast, fourth), add);
}

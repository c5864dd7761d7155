import { Four, get, give, One, put } from './lanes';

/** out[c] = the largest of a window's rows * columns elements of channel c. */
// @ts-ignore: decorator
@inline
export function largestOfWindow(out: usize, p: usize, rows: i32, columns: i32, rowStep: usize, pixel: usize, n: i32): void {
  const end = p + (<usize>n << 2), vectors = p + (<usize>(n & ~3) << 2);
  if (rows == 2 && columns == 2) {
    for (; p != vectors; p += 16, out += 16) largestOfFour<Four>(out, p, p + pixel, p + rowStep, p + rowStep + pixel);
    for (; p != end; p += 4, out += 4) largestOfFour<One>(out, p, p + pixel, p + rowStep, p + rowStep + pixel);
    return;
  }
  for (; p != vectors; p += 16, out += 16) largest<Four>(out, p, rows, columns, rowStep, pixel);
  for (; p != end; p += 4, out += 4) largest<One>(out, p, rows, columns, rowStep, pixel);
}

/** Where y is the new largest: above the one so far, or NaN after what is none. */
// @ts-ignore: decorator
@inline
function better(y: v128, top: v128): v128 {
  return v128.and(v128.or(f32x4.gt(y, top), f32x4.ne(y, y)), f32x4.eq(top, top));
}

function largest<Lanes>(out: usize, p: usize, rows: i32, columns: i32, rowStep: usize, pixel: usize): void {
  let top = get<Lanes>(p);
  for (let i = 0; i < rows; i++, p += rowStep) {
    for (let q = p, end = p + <usize>columns * pixel; q != end; q += pixel) {
      const y = get<Lanes>(q);
      top = v128.bitselect(y, top, better(y, top));
    }
  }
  put<Lanes>(out, top);
}

// @ts-ignore: decorator
@inline
function largestOfFour<Lanes>(out: usize, p0: usize, p1: usize, p2: usize, p3: usize): void {
  const x0 = get<Lanes>(p0), x1 = get<Lanes>(p1), x2 = get<Lanes>(p2), x3 = get<Lanes>(p3);
  const a = v128.bitselect(x1, x0, better(x1, x0)), b = v128.bitselect(x3, x2, better(x3, x2));
  put<Lanes>(out, v128.bitselect(b, a, better(b, a)));
}

/** The window's gradient d[c] to the first of the largest elements of channel c of `x`; `dx` and `x` point to the window's first pixel. */
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
  // Of the first pair, of the second one, and whether the second pair has the largest.
  const second = better(x1, x0), fourth = better(x3, x2);
  const a = v128.bitselect(x1, x0, second), b = v128.bitselect(x3, x2, fourth), below = better(b, a);
  const toFirst = v128.andnot(gradient, below), toLast = v128.and(gradient, below);
  give<Lanes>(dx, v128.andnot(toFirst, second), add);
  give<Lanes>(dx + pixel, v128.and(toFirst, second), add);
  give<Lanes>(dx + rowStep, v128.andnot(toLast, fourth), add);
  give<Lanes>(dx + rowStep + pixel, v128.and(toLast, fourth), add);
}

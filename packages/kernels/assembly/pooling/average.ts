import { Four, get, give, One, put } from './lanes';

/** out[c] = the mean of a window's rows * columns elements of channel c, added in row-major order. */
// @ts-ignore: decorator
@inline
export function averageWindow(out: usize, p: usize, rows: i32, columns: i32, rowStep: usize, pixel: usize, n: i32): void {
  const end = p + (<usize>n << 2), vectors = p + (<usize>(n & ~3) << 2);
  for (; p != vectors; p += 16, out += 16) average<Four>(out, p, rows, columns, rowStep, pixel);
  for (; p != end; p += 4, out += 4) average<One>(out, p, rows, columns, rowStep, pixel);
}

function average<Lanes>(out: usize, p: usize, rows: i32, columns: i32, rowStep: usize, pixel: usize): void {
  let sum = f32x4.splat(0);
  for (let i = 0; i < rows; i++, p += rowStep) {
    for (let q = p, end = p + <usize>columns * pixel; q != end; q += pixel) sum = f32x4.add(sum, get<Lanes>(q));
  }
  put<Lanes>(out, f32x4.div(sum, f32x4.splat(<f32>(rows * columns))));
}

/** The window's gradient d[c], in equal parts, to its elements of channel c. */
// @ts-ignore: decorator
@inline
export function spreadWindow(
  dx: usize, d: usize, rows: i32, columns: i32, rowStep: usize, pixel: usize, n: i32, add: bool,
): void {
  const end = dx + (<usize>n << 2), vectors = dx + (<usize>(n & ~3) << 2);
  for (; dx != vectors; dx += 16, d += 16) spread<Four>(dx, d, rows, columns, rowStep, pixel, add);
  for (; dx != end; dx += 4, d += 4) spread<One>(dx, d, rows, columns, rowStep, pixel, add);
}

function spread<Lanes>(dx: usize, d: usize, rows: i32, columns: i32, rowStep: usize, pixel: usize, add: bool): void {
  const part = f32x4.div(get<Lanes>(d), f32x4.splat(<f32>(rows * columns)));
  for (let i = 0; i < rows; i++, dx += rowStep) {
    for (let q = dx, end = dx + <usize>columns * pixel; q != end; q += pixel) give<Lanes>(q, part, add);
  }
}

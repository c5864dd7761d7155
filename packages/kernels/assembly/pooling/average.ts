import { Four, get, give, One, put, putFirst } from './lanes';

/** out[c] = the mean of a window's rows * columns elements of channel c, added in row-major order. `limit` is explained in max.ts. */
// @ts-ignore: decorator
@inline
export function averageWindow(
  out: usize, p: usize, rows: i32, columns: i32, rowStep: usize, pixel: usize, n: i32, limit: usize,
): void {
  const rest = n & 3, count = f32x4.splat(<f32>(rows * columns));
  for (const vectors = p + (<usize>(n & ~3) << 2); p != vectors; p += 16, out += 16) {
    v128.store(out, f32x4.div(sum<Four>(p, rows, columns, rowStep, pixel), count));
  }
  if (!rest) return;
  const last = p + <usize>(rows - 1) * rowStep + <usize>(columns - 1) * pixel;
  if (last + 16 <= limit) return putFirst(out, f32x4.div(sum<Four>(p, rows, columns, rowStep, pixel), count), rest);
  for (let i = 0; i < rest; i++, p += 4, out += 4) {
    put<One>(out, f32x4.div(sum<One>(p, rows, columns, rowStep, pixel), count));
  }
}

// @ts-ignore: decorator
@inline
function sum<Lanes>(p: usize, rows: i32, columns: i32, rowStep: usize, pixel: usize): v128 {
  if (rows == 2 && columns == 2) {
    const q = p + rowStep;
    return f32x4.add(
      f32x4.add(f32x4.add(get<Lanes>(p), get<Lanes>(p + pixel)), get<Lanes>(q)), get<Lanes>(q + pixel),
    );
  }
  let total = f32x4.splat(0);
  for (let i = 0; i < rows; i++, p += rowStep) {
    if (columns == 3) {
      total = f32x4.add(f32x4.add(f32x4.add(total, get<Lanes>(p)), get<Lanes>(p + pixel)), get<Lanes>(p + 2 * pixel));
    } else {
      for (let q = p, end = p + <usize>columns * pixel; q != end; q += pixel) total = f32x4.add(total, get<Lanes>(q));
    }
  }
  return total;
}

/** Divides the window's gradient d[c] equally among its elements of channel c. */
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

import { madd } from '../simd';
import { ADD, BIAS, finish, RELU } from './tile';

/*
 * A last panel of one to four columns. A vector of one row's columns would be mostly empty, so here a vector holds four rows of one column:
 * the packed A has four rows side by side, and each number of B is copied to all lanes. The bits are the same as in a tile.
 */

export const NARROW_COLS: i32 = 4;

/** `panel` of gemm.ts for at most {@link NARROW_COLS} columns. */
export function narrowPanel(
  c: usize, a: usize, aStep: usize, b: usize, m: i32, cols: i32, k: i32, stride: usize, mode: i32, bias: usize, spare: usize,
): void {
  const rows = cols > 2 ? 8 : 16;
  for (let i = 0; i < m; i += rows, c += <usize>rows * stride) {
    const lines = min(rows, m - i), last = a + <usize>((lines - 1) >> 2) * aStep;
    // Missing rows are replaced by the last four. Their sums are not stored.
    const a1 = min(a + aStep, last);
    if (cols > 2) eightByFour(spare, k, a, a1, b);
    else sixteenByTwo(spare, k, a, a1, min(a + 2 * aStep, last), min(a + 3 * aStep, last), b);
    if (cols == 4 && lines == 8) finishEight(spare, c, stride, mode, bias);
    else finishRows(spare, <usize>rows << 2, lines, cols, c, stride, mode, bias);
    a += aStep * (rows >> 2);
  }
}

/** to[4][8]: column by column. */
function eightByFour(to: usize, depth: i32, a0: usize, a1: usize, b: usize): void {
  let s00 = f32x4.splat(0), s01 = s00, s10 = s00, s11 = s00, s20 = s00, s21 = s00, s30 = s00, s31 = s00;
  const end = a0 + (<usize>depth << 4);
  do {
    const r0 = v128.load(a0), r1 = v128.load(a1);
    const b0 = v128.load_splat<f32>(b);
    s00 = madd(r0, b0, s00);
    s01 = madd(r1, b0, s01);
    const b1 = v128.load_splat<f32>(b, 4);
    s10 = madd(r0, b1, s10);
    s11 = madd(r1, b1, s11);
    const b2 = v128.load_splat<f32>(b, 8);
    s20 = madd(r0, b2, s20);
    s21 = madd(r1, b2, s21);
    const b3 = v128.load_splat<f32>(b, 12);
    s30 = madd(r0, b3, s30);
    s31 = madd(r1, b3, s31);
    a0 += 16;
    a1 += 16;
    b += 32;
  } while (a0 != end);
  v128.store(to, s00);
  v128.store(to, s01, 16);
  v128.store(to, s10, 32);
  v128.store(to, s11, 48);
  v128.store(to, s20, 64);
  v128.store(to, s21, 80);
  v128.store(to, s30, 96);
  v128.store(to, s31, 112);
}

/** to[2][16]: column by column. */
function sixteenByTwo(to: usize, depth: i32, a0: usize, a1: usize, a2: usize, a3: usize, b: usize): void {
  let s00 = f32x4.splat(0), s01 = s00, s02 = s00, s03 = s00, s10 = s00, s11 = s00, s12 = s00, s13 = s00;
  const end = a0 + (<usize>depth << 4);
  do {
    const b0 = v128.load_splat<f32>(b), b1 = v128.load_splat<f32>(b, 4);
    const r0 = v128.load(a0);
    s00 = madd(r0, b0, s00);
    s10 = madd(r0, b1, s10);
    const r1 = v128.load(a1);
    s01 = madd(r1, b0, s01);
    s11 = madd(r1, b1, s11);
    const r2 = v128.load(a2);
    s02 = madd(r2, b0, s02);
    s12 = madd(r2, b1, s12);
    const r3 = v128.load(a3);
    s03 = madd(r3, b0, s03);
    s13 = madd(r3, b1, s13);
    a0 += 16;
    a1 += 16;
    a2 += 16;
    a3 += 16;
    b += 32;
  } while (a0 != end);
  v128.store(to, s00);
  v128.store(to, s01, 16);
  v128.store(to, s02, 32);
  v128.store(to, s03, 48);
  v128.store(to, s10, 64);
  v128.store(to, s11, 80);
  v128.store(to, s12, 96);
  v128.store(to, s13, 112);
}

/** Stores eight rows of four columns. The sums at `from` are in column order. */
function finishEight(from: usize, c: usize, stride: usize, mode: i32, bias: usize): void {
  for (const half = from + 32; from != half; from += 16, c += 4 * stride) {
    const r0 = v128.load(from), r1 = v128.load(from, 32), r2 = v128.load(from, 64), r3 = v128.load(from, 96);
    const t0 = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5), t1 = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5);
    const t2 = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7), t3 = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7);
    finish(c, v128.shuffle<f64>(t0, t1, 0, 2), mode, bias);
    finish(c + stride, v128.shuffle<f64>(t0, t1, 1, 3), mode, bias);
    finish(c + 2 * stride, v128.shuffle<f64>(t2, t3, 0, 2), mode, bias);
    finish(c + 3 * stride, v128.shuffle<f64>(t2, t3, 1, 3), mode, bias);
  }
}

/** The same for any number of rows and columns, one number at a time. A column of sums has `columnBytes` bytes. */
function finishRows(
  from: usize, columnBytes: usize, lines: i32, cols: i32, c: usize, stride: usize, mode: i32, bias: usize,
): void {
  for (let j = 0; j < cols; j++, from += columnBytes, c += 4, bias += 4) {
    const shift: f32 = mode & BIAS ? load<f32>(bias) : 0;
    let at = c;
    for (let p = from, end = from + (<usize>lines << 2); p != end; p += 4, at += stride) {
      let sum = load<f32>(p);
      if (mode & ADD) sum = load<f32>(at) + sum;
      if (mode & BIAS) sum += shift;
      if (mode & RELU) sum = max<f32>(sum, 0);
      store<f32>(at, sum);
    }
  }
}

import { madd } from '../simd';

/** Bits of `mode`, which says what happens to the sums of a tile: add C, add the bias, apply a ReLU. */
export const ADD: i32 = 1;
export const BIAS: i32 = 2;
export const RELU: i32 = 4;

/** The micro-tile is 4 x 8: eight sums, four values of A, two vectors of B and one product use fifteen of x86-64's sixteen registers. */
export const TILE_ROWS: i32 = 4;
export const TILE_COLS: i32 = 8;

// The number of rows of a tile, as a type: `offsetof<Rows>()` is a compile-time constant, so the compiler removes branches on it.
@unmanaged export class Rows1 { a: u8; }
@unmanaged export class Rows2 { a: u8; b: u8; }
@unmanaged export class Rows3 { a: u8; b: u8; c: u8; }
@unmanaged export class Rows4 { a: u8; b: u8; c: u8; d: u8; }

/**
 * C[rows, 8] = A B (+ C) (+ bias) (then relu), from a packed panel of A (4 values per k) and a packed panel of B (8 per k).
 * Every sum runs over k in ascending order. Do not unroll the loop by hand: TurboFan moves all loads of a loop body before its arithmetic,
 * so an unrolled body needs more registers than there are. TurboFan unrolls this loop itself.
 */
export function tile<Rows>(depth: i32, a: usize, b: usize, c: usize, stride: usize, mode: i32, bias: usize): void {
  let s00 = f32x4.splat(0), s01 = s00, s10 = s00, s11 = s00, s20 = s00, s21 = s00, s30 = s00, s31 = s00;
  const end = a + (<usize>depth << 4);
  do {
    const b0 = v128.load(b), b1 = v128.load(b, 16);
    const a0 = v128.load_splat<f32>(a);
    s00 = madd(a0, b0, s00);
    s01 = madd(a0, b1, s01);
    if (offsetof<Rows>() > 1) {
      const a1 = v128.load_splat<f32>(a, 4);
      s10 = madd(a1, b0, s10);
      s11 = madd(a1, b1, s11);
    }
    if (offsetof<Rows>() > 2) {
      const a2 = v128.load_splat<f32>(a, 8);
      s20 = madd(a2, b0, s20);
      s21 = madd(a2, b1, s21);
    }
    if (offsetof<Rows>() > 3) {
      const a3 = v128.load_splat<f32>(a, 12);
      s30 = madd(a3, b0, s30);
      s31 = madd(a3, b1, s31);
    }
    a += 16;
    b += 32;
  } while (a != end);
  finish(c, s00, mode, bias);
  finish(c + 16, s01, mode, bias + 16);
  if (offsetof<Rows>() > 1) {
    finish(c + stride, s10, mode, bias);
    finish(c + stride + 16, s11, mode, bias + 16);
  }
  if (offsetof<Rows>() > 2) {
    finish(c + 2 * stride, s20, mode, bias);
    finish(c + 2 * stride + 16, s21, mode, bias + 16);
  }
  if (offsetof<Rows>() > 3) {
    finish(c + 3 * stride, s30, mode, bias);
    finish(c + 3 * stride + 16, s31, mode, bias + 16);
  }
}

// @ts-ignore: decorator
@inline
export function finish(c: usize, sum: v128, mode: i32, bias: usize): void {
  if (mode & ADD) sum = f32x4.add(v128.load(c), sum);
  if (mode & BIAS) sum = f32x4.add(sum, v128.load(bias));
  if (mode & RELU) sum = f32x4.max(sum, f32x4.splat(0));
  v128.store(c, sum);
}

/** Finishes a {@link tile} of fewer than 8 columns. `from` holds the sums of the tile, 8 for each row, before C, bias and ReLU. */
export function finishNarrow(from: usize, rows: i32, cols: i32, c: usize, stride: usize, mode: i32, bias: usize): void {
  const vectors = <usize>(cols & ~3) << 2;
  if (vectors) {
    let p = from, q = c;
    for (let i = 0; i < rows; i++, p += 32, q += stride) {
      for (let j: usize = 0; j < vectors; j += 16) finish(q + j, v128.load(p + j), mode, bias + j);
    }
    cols &= 3;
    from += vectors;
    c += vectors;
    bias += vectors;
  }
  for (let i = 0; i < rows; i++) {
    for (let j: usize = 0; j < <usize>cols; j++) {
      const at = c + (j << 2);
      let sum = load<f32>(from + (j << 2));
      if (mode & ADD) sum = load<f32>(at) + sum;
      if (mode & BIAS) sum += load<f32>(bias + (j << 2));
      if (mode & RELU) sum = max<f32>(sum, 0);
      store<f32>(at, sum);
    }
    from += 32;
    c += stride;
  }
}

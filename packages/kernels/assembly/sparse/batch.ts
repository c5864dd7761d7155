import { madd } from '../simd';
import { packContiguous } from '../matmul/pack';
import { ADD, finish, finishNarrow } from '../matmul/tile';
import { LANES, blockOf, columnsOf, depthOf, lanesOf, rowsOf, slicesOf, startsOf, valuesOf } from './layout';

/** How many rows of A are processed at a time: one element of B is multiplied with a cache line of their numbers. */
export const PANEL_ROWS: i32 = 16;
const LINE: usize = 4 * PANEL_ROWS;
@unmanaged class Wide16 { a: u64; b: u64; }

/** Bytes of working memory that {@link batchTimesSparse} needs. */
export function batchWorkspace(s: usize): usize {
  return LINE * <usize>(blockOf(s) + columnsOf(s) + 1) + 128;
}

/**
 * C[m, n] = A[m, k] B (+ bias) (then relu), 16 rows at a time. The rows are packed as [k, 16], and every stored element of B adds 16 products,
 * in ascending order of k. If a row of A is not finite, returns false and leaves C incomplete, because zero times infinity is not zero.
 */
export function batchTimesSparse(c: usize, a: usize, s: usize, m: i32, last: i32, bias: usize, work: usize): bool {
  const n = columnsOf(s), k = depthOf(s), depth = blockOf(s), slices = slicesOf(s);
  const panel = (work + 63) & ~63, sums = panel + LINE * <usize>depth;
  let starts = startsOf(s), lanes = lanesOf(s);
  for (let k0 = 0; k0 < k; k0 += depth) {
    const count = min(depth, k - k0), mode = (k0 ? ADD : 0) | (k0 + depth >= k ? last : 0);
    for (let i = 0; i < m; i += PANEL_ROWS) {
      const rows = min(PANEL_ROWS, m - i);
      packContiguous<Wide16>(panel, a + ((<usize>i * k + k0) << 2), <usize>k << 2, rows, count);
      if (!isFinitePanel(panel, panel + LINE * <usize>count)) return false;
      slicesOfBlock(sums, panel, starts, lanes, rowsOf(s), valuesOf(s), slices);
      unpack(c + (<usize>i * n << 2), sums, rows, n, mode, bias);
    }
    starts += <usize>slices << 2;
    lanes += <usize>slices << 4;
  }
  return true;
}

/** Tests that x - x is 0: it is NaN if x is not finite. */
function isFinitePanel(p: usize, end: usize): bool {
  let bad0 = f32x4.splat(0), bad1 = bad0;
  for (; p != end; p += 64) {
    const x0 = v128.load(p), x1 = v128.load(p, 16), x2 = v128.load(p, 32), x3 = v128.load(p, 48);
    bad0 = v128.or(bad0, v128.or(f32x4.sub(x0, x0), f32x4.sub(x1, x1)));
    bad1 = v128.or(bad1, v128.or(f32x4.sub(x2, x2), f32x4.sub(x3, x3)));
  }
  return !v128.any_true(v128.or(bad0, bad1));
}

/** sums[column] = 16 sums, one for each row, for all columns of a block. */
function slicesOfBlock(sums: usize, panel: usize, starts: usize, lanes: usize, rows: usize, values: usize, slices: i32): void {
  for (const end = starts + (<usize>slices << 2); starts != end; starts += 4) {
    const first = <usize>load<u32>(starts), last = <usize>load<u32>(starts, 4);
    for (let l: usize = 0; l < <usize>LANES; l++, lanes += 4) {
      const to = sums + LINE * <usize>load<u32>(lanes);
      column(to, panel, rows + ((first + l) << 1), values + ((first + l) << 2), values + ((last + l) << 2));
    }
  }
}

// @ts-ignore: decorator
@inline
function column(to: usize, panel: usize, row: usize, value: usize, end: usize): void {
  let s0 = f32x4.splat(0), s1 = s0, s2 = s0, s3 = s0;
  for (; value != end; value += 4 * LANES, row += 2 * LANES) {
    const x = panel + LINE * <usize>load<u16>(row);
    const b = v128.load_splat<f32>(value);
    s0 = madd(b, v128.load(x), s0);
    s1 = madd(b, v128.load(x, 16), s1);
    s2 = madd(b, v128.load(x, 32), s2);
    s3 = madd(b, v128.load(x, 48), s3);
  }
  v128.store(to, s0);
  v128.store(to, s1, 16);
  v128.store(to, s2, 32);
  v128.store(to, s3, 48);
}

/** Stores rows of C. The sums are in column order. */
function unpack(c: usize, sums: usize, rows: i32, n: i32, mode: i32, bias: usize): void {
  const stride = <usize>n << 2, whole = n & ~3;
  for (let i = 0; i < rows; i += 4) {
    const lines = min(4, rows - i), row = c + <usize>i * stride;
    let from = sums + (<usize>i << 2);
    for (let j: usize = 0; j < <usize>whole << 2; j += 16, from += 4 * LINE) {
      const r0 = v128.load(from), r1 = v128.load(from, LINE), r2 = v128.load(from, 2 * LINE), r3 = v128.load(from, 3 * LINE);
      const t0 = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5), t1 = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5);
      const t2 = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7), t3 = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7);
      const to = row + j, add = bias + j;
      finish(to, v128.shuffle<f64>(t0, t1, 0, 2), mode, add);
      if (lines > 1) finish(to + stride, v128.shuffle<f64>(t0, t1, 1, 3), mode, add);
      if (lines > 2) finish(to + 2 * stride, v128.shuffle<f64>(t2, t3, 0, 2), mode, add);
      if (lines > 3) finish(to + 3 * stride, v128.shuffle<f64>(t2, t3, 1, 3), mode, add);
    }
  }
  for (let j = whole; j < n; j++) {
    const from = sums + LINE * <usize>j, at = <usize>j << 2;
    for (let i: usize = 0; i < <usize>rows; i++) finishNarrow(from + (i << 2), 1, 1, c + i * stride + at, 0, mode, bias + at);
  }
}

import { MAX_DEPTH, balanced } from '../matmul/gemm';

/*
 * A matrix B [k, n] without its zeros. The rows are cut into the same blocks as in the dense product (gemm.ts), so every sum has the same order
 * and the same bits. Within a block, the columns are sorted by their number of elements. Four neighbouring columns form a slice, in which
 * their elements are interleaved. Shorter columns are padded with zeros; the sorting keeps these few. So one vector operation works on four
 * columns, and the elements of one column are four numbers apart.
 *
 * In memory there is a head of 16 words, then the arrays. The head has their offsets.
 *   starts   u32 [blocks * slices + 1]   where the elements of a slice start, in elements
 *   columns  u32 [blocks * slices * 4]   the column of each lane; n if the lane has none
 *   rows     u16 [elements]              row within the block
 *   values   f32 [elements], 16-byte aligned
 *   cursors  u32 [n + rows of a block + 2]   only used by `compress`
 */

const HEAD: usize = 64;

/** Columns of a slice. */
export const LANES: i32 = 4;

// @ts-ignore: decorator
@inline
export function columnsOf(s: usize): i32 { return load<i32>(s); }
// @ts-ignore: decorator
@inline
export function depthOf(s: usize): i32 { return load<i32>(s, 4); }
/** Rows of a block. */
// @ts-ignore: decorator
@inline
export function blockOf(s: usize): i32 { return load<i32>(s, 8); }
// @ts-ignore: decorator
@inline
export function slicesOf(s: usize): i32 { return load<i32>(s, 12); }
// @ts-ignore: decorator
@inline
export function startsOf(s: usize): usize { return s + <usize>load<u32>(s, 20); }
// @ts-ignore: decorator
@inline
export function lanesOf(s: usize): usize { return s + <usize>load<u32>(s, 24); }
// @ts-ignore: decorator
@inline
export function rowsOf(s: usize): usize { return s + <usize>load<u32>(s, 28); }
// @ts-ignore: decorator
@inline
export function valuesOf(s: usize): usize { return s + <usize>load<u32>(s, 32); }
// @ts-ignore: decorator
@inline
export function cursorsOf(s: usize): usize { return s + <usize>load<u32>(s, 36); }

function depthOfBlocks(k: i32): i32 {
  return k == 0 ? 1 : balanced(k, MAX_DEPTH, 1);
}

/** The most elements of all slices with their padding. In a block, the padding is less than 6 times its rows. */
// @ts-ignore: decorator
@inline
function mostElements(nonZeros: i32, k: i32): i32 {
  return nonZeros + 6 * k + 4;
}

/** Bytes of a matrix [k, n] with `nonZeros` nonzero elements. */
export function sparseBytes(nonZeros: i32, k: i32, n: i32): usize {
  const depth = depthOfBlocks(k), blocks = (k + depth - 1) / depth;
  const slices = (n + LANES - 1) / LANES, lanes = blocks * slices * LANES;
  return HEAD + 4 * <usize>(blocks * slices + 1 + lanes + n + depth + 2) + 6 * <usize>mostElements(nonZeros, k) + 64;
}

/** Writes the head. */
export function layOut(s: usize, nonZeros: i32, k: i32, n: i32): void {
  const depth = depthOfBlocks(k), blocks = (k + depth - 1) / depth;
  const slices = (n + LANES - 1) / LANES, lanes = blocks * slices * LANES;
  const starts = HEAD, columns = starts + 4 * <usize>(blocks * slices + 1), cursors = columns + 4 * <usize>lanes;
  const values = (cursors + 4 * <usize>(n + depth + 2) + 15) & ~15, rows = values + 4 * <usize>mostElements(nonZeros, k);
  store<i32>(s, n);
  store<i32>(s, k, 4);
  store<i32>(s, depth, 8);
  store<i32>(s, slices, 12);
  store<i32>(s, 0, 16);
  store<u32>(s, <u32>starts, 20);
  store<u32>(s, <u32>columns, 24);
  store<u32>(s, <u32>rows, 28);
  store<u32>(s, <u32>values, 32);
  store<u32>(s, <u32>cursors, 36);
}

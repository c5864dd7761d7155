import { MAX_DEPTH, balanced } from '../matmul/gemm';

/*
 * A matrix B [k, n] whose zeros are left out. The rows are cut into the blocks that the dense product sums over one after the other
 * (gemm.ts), so that the order of every sum, and its bits, are those of the dense product. Within a block the columns are ordered by
 * how many elements they have, and four of them make a slice: their elements stand side by side, those of shorter columns filled up
 * with zeros, which the order keeps few. So one vector works on four columns, and a column alone is read in strides of four.
 *
 * Memory: a head of 16 words, then the arrays whose offsets from the head it holds:
 *   starts   u32 [blocks * slices + 1]   where a slice's elements begin, in elements
 *   columns  u32 [blocks * slices * 4]   which column each lane is; n for a lane without one
 *   rows     u16 [elements]              row within the block
 *   values   f32 [elements], 16-byte aligned
 *   cursors  u32 [n + rows of a block + 2], used while it is made
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

/** The most elements that `nonZeros` of them need with what fills the slices up: in a block less than three times its rows, twice. */
// @ts-ignore: decorator
@inline
function mostElements(nonZeros: i32, k: i32): i32 {
  return nonZeros + 6 * k + 4;
}

/** Bytes of a matrix with so many elements that are not zero. */
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

import { NARROW_COLS, narrowPanel } from './narrow';
import { packContiguous, packInterleaved } from './pack';
import { rowProduct } from './row';
import { sparseBlock, sparseWorkspace, worthSkipping } from './sparse';
import { ADD, BIAS, RELU, Rows1, Rows2, Rows3, Rows4, TILE_COLS, TILE_ROWS, finishNarrow, tile } from './tile';

// After Goto & van de Geijn 2008: a block of A stays in the second-level cache, a panel of B in the first-level cache.
export const MAX_DEPTH: i32 = 400;
const MAX_ROWS: i32 = 512;

// Panels of B are packed in pairs, because 16 columns fill one cache line.
const PANEL_PAIR: i32 = 2;

// With fewer rows than this, packing B takes longer than it saves.
const FEW_ROWS: i32 = 3;
const ROW_COLS: i32 = 4096;

@unmanaged class Wide4 { a: u32; }
@unmanaged class Wide8 { a: u64; }

/** Bytes of working memory that {@link matmul} needs, whatever the shape. */
export function matmulWorkspace(): i32 {
  return 4 * (TILE_ROWS * TILE_COLS + PANEL_PAIR * TILE_COLS * MAX_DEPTH + MAX_ROWS * MAX_DEPTH);
}

/** Bytes of working memory that {@link matmulSkippingZeros} needs, whatever the shape. */
export function matmulSkippingZerosWorkspace(): i32 {
  return max(matmulWorkspace(), sparseWorkspace(MAX_ROWS, MAX_DEPTH));
}

/**
 * C[m, n] = op(A)[m, k] op(B)[k, n] (+ bias[n]) (then relu). Row-major, contiguous; `a` is [k, m] when transposed, `b` [n, k].
 * `bias` is 0 if there is none. `work` has {@link matmulWorkspace} bytes. C must not overlap an input.
 * An element is the sum of its products in ascending order of k, in blocks whose size depends on k only.
 */
export function matmul(
  c: usize, a: usize, b: usize, m: i32, n: i32, k: i32,
  transposeA: bool, transposeB: bool, bias: usize, relu: bool, work: usize,
): void {
  // A matrix of one column has the same memory layout as a row, and (A b)' = b' A'.
  if (n == 1 && !bias && m > 1) return whole(c, b, a, 1, m, k, !transposeB, !transposeA, 0, relu, work, false);
  whole(c, a, b, m, n, k, transposeA, transposeB, bias, relu, work, false);
}

/**
 * Like {@link matmul}, but skips the products with zeros of A if there are enough of them. The bits are the same, except that zero times an
 * infinity or NaN of B is zero. `work` has {@link matmulSkippingZerosWorkspace} bytes.
 */
export function matmulSkippingZeros(
  c: usize, a: usize, b: usize, m: i32, n: i32, k: i32,
  transposeA: bool, transposeB: bool, bias: usize, relu: bool, work: usize,
): void {
  if (worthSkipping(a, <usize>m * k, n)) whole(c, a, b, m, n, k, transposeA, transposeB, bias, relu, work, true);
  else matmul(c, a, b, m, n, k, transposeA, transposeB, bias, relu, work);
}

function whole(
  c: usize, a: usize, b: usize, m: i32, n: i32, k: i32,
  transposeA: bool, transposeB: bool, bias: usize, relu: bool, work: usize, skipZeros: bool,
): void {
  product(c, a, b, m, n, k, transposeA ? m : k, transposeB ? k : n, n, transposeA, transposeB, bias, relu, work, skipZeros);
}

/**
 * One thread's part of {@link matmulSkippingZeros}, with the same bits: rows [i, i + rows) and columns [j, j + columns) of the product.
 * `skipZeros` is the result of {@link worthSkipping} for the whole matrix; otherwise parts could differ in zero times infinity. k > 0.
 */
export function matmulPart(
  c: usize, a: usize, b: usize, m: i32, n: i32, k: i32,
  transposeA: bool, transposeB: bool, bias: usize, relu: bool, work: usize, skipZeros: bool,
  i: i32, rows: i32, j: i32, columns: i32,
): void {
  const row = <usize>i << 2, column = <usize>j << 2;
  product(
    c + row * n + column, a + (transposeA ? row : row * k), b + (transposeB ? column * k : column), rows, columns, k,
    transposeA ? m : k, transposeB ? k : n, n, transposeA, transposeB, bias ? bias + column : 0, relu, work, skipZeros,
  );
}

/** C[m, n] = op(A) op(B). `lda`, `ldb` and `ldc` are the distances of the rows in memory, in numbers. */
function product(
  c: usize, a: usize, b: usize, m: i32, n: i32, k: i32, lda: i32, ldb: i32, ldc: i32,
  transposeA: bool, transposeB: bool, bias: usize, relu: bool, work: usize, skipZeros: bool,
): void {
  if (m == 0 || n == 0) return;
  const last = (bias ? BIAS : 0) | (relu ? RELU : 0);
  if (k == 0) return emptySum(c, m, n, last, bias);
  const depth = balanced(k, MAX_DEPTH, 1), height = balanced(m, MAX_ROWS, TILE_ROWS);
  for (let k0 = 0; k0 < k; k0 += depth) {
    const kn = min(depth, k - k0);
    const mode = (k0 ? ADD : 0) | (k0 + kn == k ? last : 0);
    for (let i0 = 0; i0 < m; i0 += height) {
      const mn = min(height, m - i0);
      const aBlock = transposeA ? a + ((<usize>k0 * lda + i0) << 2) : a + ((<usize>i0 * lda + k0) << 2);
      const bBlock = transposeB ? b + (<usize>k0 << 2) : b + ((<usize>k0 * ldb) << 2);
      const cBlock = c + ((<usize>i0 * ldc) << 2);
      block(cBlock, aBlock, bBlock, mn, n, kn, lda, ldb, ldc, transposeA, transposeB, mode, bias, work, skipZeros);
    }
  }
}

/** The block size if `total` is cut into as few blocks of at most `most` as possible, of about equal size. A multiple of `unit`. */
export function balanced(total: i32, most: i32, unit: i32): i32 {
  const blocks = (total + most - 1) / most;
  const size = (total + blocks - 1) / blocks;
  return (size + unit - 1) / unit * unit;
}

function block(
  c: usize, a: usize, b: usize, m: i32, n: i32, k: i32, lda: i32, ldb: i32, ldc: i32,
  transposeA: bool, transposeB: bool, mode: i32, bias: usize, work: usize, skipZeros: bool,
): void {
  const aStride = <usize>lda << 2, bStride = <usize>ldb << 2, cStride = <usize>ldc << 2;
  if (skipZeros) return sparseBlock(c, a, b, m, n, k, aStride, bStride, cStride, transposeA, transposeB, mode, bias, work);
  if (m < FEW_ROWS && !transposeB) return fewRows(c, a, b, m, n, k, aStride, bStride, cStride, transposeA, mode, bias, work);
  const panelBytes = <usize>k * (TILE_COLS << 2);
  const panels = work + (TILE_ROWS * TILE_COLS << 2);
  const aPacked = panels + PANEL_PAIR * panelBytes;
  packA(aPacked, a, aStride, m, k, transposeA);
  for (let j = 0; j < n; j += TILE_COLS) {
    const odd = (j / TILE_COLS) & 1;
    if (!odd) packB(panels, panelBytes, b, bStride, j, n, k, transposeB);
    panel(c + (<usize>j << 2), aPacked, <usize>k << 4, panels + odd * panelBytes, m, min(TILE_COLS, n - j), k, cStride, mode, bias + (<usize>j << 2), work);
  }
}

function fewRows(
  c: usize, a: usize, b: usize, m: i32, n: i32, k: i32, aStride: usize, bStride: usize, cStride: usize,
  transposeA: bool, mode: i32, bias: usize, work: usize,
): void {
  const aStep: usize = transposeA ? aStride : 4, aRow = transposeA ? 4 : aStride;
  for (let j: i32 = 0; j < n; j += ROW_COLS) {
    const at = <usize>j << 2, cols = min(ROW_COLS, n - j);
    for (let i: usize = 0; i < <usize>m; i++) {
      rowProduct(work, a + i * aRow, aStep, b + at, bStride, cols, k);
      finishNarrow(work, 1, cols, c + i * cStride + at, 0, mode, bias + at);
    }
  }
}

function packA(to: usize, a: usize, stride: usize, m: i32, k: i32, transpose: bool): void {
  for (let i = 0; i < m; i += TILE_ROWS) {
    const lines = min(TILE_ROWS, m - i);
    if (transpose) packInterleaved<Wide4>(to, a + (<usize>i << 2), stride, lines, k);
    else packContiguous<Wide4>(to, a + <usize>i * stride, stride, lines, k);
    to += <usize>k * (TILE_ROWS << 2);
  }
}

function packB(to: usize, panelBytes: usize, b: usize, stride: usize, j: i32, n: i32, k: i32, transpose: bool): void {
  for (let end = min(j + PANEL_PAIR * TILE_COLS, n); j < end; j += TILE_COLS) {
    const lines = min(TILE_COLS, n - j);
    if (transpose) packContiguous<Wide8>(to, b + <usize>j * stride, stride, lines, k);
    else packInterleaved<Wide8>(to, b + (<usize>j << 2), stride, lines, k);
    to += panelBytes;
  }
}

/** One panel of at most 8 columns of C: multiplies all tiles of rows of A, which are `aStep` bytes apart, with the same panel of B. */
export function panel(
  c: usize, a: usize, aStep: usize, b: usize, m: i32, cols: i32, k: i32, stride: usize, mode: i32, bias: usize, spare: usize,
): void {
  if (cols <= NARROW_COLS) return narrowPanel(c, a, aStep, b, m, cols, k, stride, mode, bias, spare);
  const narrow = cols < TILE_COLS;
  for (let i = 0; i < m; i += TILE_ROWS) {
    const rows = min(TILE_ROWS, m - i);
    if (narrow) {
      rowsTile(rows, k, a, b, spare, TILE_COLS << 2, 0, 0);
      finishNarrow(spare, rows, cols, c, stride, mode, bias);
    } else rowsTile(rows, k, a, b, c, stride, mode, bias);
    a += aStep;
    c += TILE_ROWS * stride;
  }
}

// @ts-ignore: decorator
@inline
export function rowsTile(rows: i32, k: i32, a: usize, b: usize, c: usize, stride: usize, mode: i32, bias: usize): void {
  if (rows == 4) tile<Rows4>(k, a, b, c, stride, mode, bias);
  else if (rows == 3) tile<Rows3>(k, a, b, c, stride, mode, bias);
  else if (rows == 2) tile<Rows2>(k, a, b, c, stride, mode, bias);
  else tile<Rows1>(k, a, b, c, stride, mode, bias);
}

/** The product for k = 0: all sums are zero. */
function emptySum(c: usize, m: i32, n: i32, mode: i32, bias: usize): void {
  for (let i = 0; i < m; i++) {
    for (let j: usize = 0; j < <usize>n; j++) {
      let sum: f32 = 0;
      if (mode & BIAS) sum += load<f32>(bias + (j << 2));
      if (mode & RELU) sum = max<f32>(sum, 0);
      store<f32>(c, sum);
      c += 4;
    }
  }
}

/** Runs the micro-kernel `times` times on packed panels. The benchmark uses it to measure the cost of packing. */
export function bareTiles(times: i32, depth: i32, a: usize, b: usize, c: usize): void {
  for (let i = 0; i < times; i++) tile<Rows4>(depth, a, b, c, TILE_COLS << 2, 0, 0);
}

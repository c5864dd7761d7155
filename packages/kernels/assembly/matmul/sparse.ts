import { madd } from '../simd';
import { ENTRY, find, FRONTS } from './find';
import { packContiguous, packInterleaved } from './pack';
import { finish, finishNarrow } from './tile';

/*
 * Products that skip the zeros of A: four fifths of the pixels of a digit, and units that a ReLU or dropout set to zero. Adding an exact zero
 * does not change a sum, so the bits are the same as in the dense product if B is finite.
 */

/**
 * Columns of a panel of B: one cache line for each k. Four sums in registers, and also five, are enough for two additions per cycle; eight
 * would not fit into the registers.
 */
export const SPARSE_COLS: i32 = 16;

@unmanaged class Wide16 { a: u64; b: u64; }
@unmanaged class Wide20 { a: u64; b: u64; c: u32; }

// Measured: a nonzero element takes 1.3 times as long as in the dense product, and 1.8 times as long if the dense product is fused.
const WORTH_SKIPPING: f64 = ASC_FEATURE_RELAXED_SIMD ? 0.5 : 0.7;

/** Bytes from one k to the next in a panel of B. */
export const PANEL_ROW: u32 = 4 * SPARSE_COLS;
/** The same for a panel of 20 columns, which takes 5 % less time per number. */
export const WIDER_ROW: u32 = 80;

/** Whether panels of 20 columns have at most as many empty columns as panels of 16. */
export function fillsWider(columns: i32): bool {
  return (columns + 19) / 20 * 20 <= ((columns + 15) & ~15);
}

/** Bytes that {@link sparseBlock} needs for at most `rows` rows of A and sums over at most `depth`. */
export function sparseWorkspace(rows: i32, depth: i32): i32 {
  return <i32>FRONTS + 8 * rows + <i32>ENTRY * rows * depth + <i32>WIDER_ROW * (depth + 1);
}

/** In a matrix with more elements than this, only one of {@link SAMPLED} cache lines is read. Few widths are multiples of this prime. */
const WHOLE: usize = 8192;
const SAMPLED: usize = 11;

/** Whether `a` has so many zeros that skipping them makes a product with `n` columns faster. */
export function worthSkipping(a: usize, size: usize, n: i32): bool {
  if (n < SPARSE_COLS || size == 0) return false;
  if (size <= WHOLE) return <f64>countNonZero(a, size) < WORTH_SKIPPING * <f64>size;
  const zero = f32x4.splat(0), lines = (size / 16 + SAMPLED - 1) / SAMPLED;
  let counts = i32x4.splat(0);
  for (let line: usize = 0; line < lines; line++, a += 64 * SAMPLED) {
    // True is -1.
    const first = i32x4.add(f32x4.ne(v128.load(a), zero), f32x4.ne(v128.load(a, 16), zero));
    const last = i32x4.add(f32x4.ne(v128.load(a, 32), zero), f32x4.ne(v128.load(a, 48), zero));
    counts = i32x4.sub(counts, i32x4.add(first, last));
  }
  return <f64>sumOf(counts) < WORTH_SKIPPING * 16 * <f64>lines;
}

function sumOf(counts: v128): i32 {
  return i32x4.extract_lane(counts, 0) + i32x4.extract_lane(counts, 1) + i32x4.extract_lane(counts, 2) + i32x4.extract_lane(counts, 3);
}

/** The number of nonzero elements among `size`. */
export function countNonZero(a: usize, size: usize): usize {
  const zero = f32x4.splat(0), end = a + (size << 2), vectors = a + ((size & ~3) << 2);
  let counts = i32x4.splat(0);
  // True is -1.
  for (; a != vectors; a += 16) counts = i32x4.sub(counts, f32x4.ne(v128.load(a), zero));
  let count = sumOf(counts);
  for (; a != end; a += 4) count += i32(load<f32>(a) != 0);
  return count;
}

/** One block of C = A B, with the bits of the dense block: see `block` in gemm.ts. */
export function sparseBlock(
  c: usize, a: usize, b: usize, m: i32, n: i32, k: i32, aStride: usize, bStride: usize, cStride: usize,
  transposeA: bool, transposeB: bool, mode: i32, bias: usize, work: usize,
): void {
  const wider = fillsWider(n), panelRow: u32 = wider ? WIDER_ROW : PANEL_ROW, columns = <i32>panelRow >> 2;
  const spare = work + FRONTS, panel = spare + panelRow, lines = panel + <usize>k * panelRow, entries = lines + (<usize>m << 3);
  find(work, lines, entries, a, aStride, m, k, transposeA, panelRow);
  for (let j = 0; j < n; j += columns) {
    const cols = min(columns, n - j), at = <usize>j << 2, whole = cols == columns;
    if (wider) packB<Wide20>(panel, b, bStride, j, cols, k, transposeB);
    else packB<Wide16>(panel, b, bStride, j, cols, k, transposeB);
    let row = c + at;
    for (let line = lines; line != entries; line += 8, row += cStride) {
      const from = <usize>load<u32>(line), to = <usize>load<u32>(line, 4);
      const sums = whole ? row : spare, how = whole ? mode : 0;
      if (wider) widerSum(from, to, panel, sums, how, bias + at);
      else sum(from, to, panel, sums, how, bias + at);
      if (!whole) finishNarrow(spare, 1, cols, row, 0, mode, bias + at);
    }
  }
}

function packB<Width>(to: usize, b: usize, stride: usize, j: i32, cols: i32, k: i32, transpose: bool): void {
  if (transpose) packContiguous<Width>(to, b + <usize>j * stride, stride, cols, k);
  else packInterleaved<Width>(to, b + (<usize>j << 2), stride, cols, k);
}

/** 16 elements of a row of C: each sum is in ascending order of k. */
// @ts-ignore: decorator
@inline
export function sum(entry: usize, end: usize, panel: usize, c: usize, mode: i32, bias: usize): void {
  let s0 = f32x4.splat(0), s1 = s0, s2 = s0, s3 = s0;
  for (; entry != end; entry += ENTRY) {
    const b = panel + <usize>load<u32>(entry);
    const a = v128.load_splat<f32>(entry, 4);
    s0 = madd(a, v128.load(b), s0);
    s1 = madd(a, v128.load(b, 16), s1);
    s2 = madd(a, v128.load(b, 32), s2);
    s3 = madd(a, v128.load(b, 48), s3);
  }
  finish(c, s0, mode, bias);
  finish(c + 16, s1, mode, bias + 16);
  finish(c + 32, s2, mode, bias + 32);
  finish(c + 48, s3, mode, bias + 48);
}

/** {@link sum} for 20 elements. */
// @ts-ignore: decorator
@inline
export function widerSum(entry: usize, end: usize, panel: usize, c: usize, mode: i32, bias: usize): void {
  let s0 = f32x4.splat(0), s1 = s0, s2 = s0, s3 = s0, s4 = s0;
  for (; entry != end; entry += ENTRY) {
    const b = panel + <usize>load<u32>(entry);
    const a = v128.load_splat<f32>(entry, 4);
    s0 = madd(a, v128.load(b), s0);
    s1 = madd(a, v128.load(b, 16), s1);
    s2 = madd(a, v128.load(b, 32), s2);
    s3 = madd(a, v128.load(b, 48), s3);
    s4 = madd(a, v128.load(b, 64), s4);
  }
  finish(c, s0, mode, bias);
  finish(c + 16, s1, mode, bias + 16);
  finish(c + 32, s2, mode, bias + 32);
  finish(c + 48, s3, mode, bias + 48);
  finish(c + 64, s4, mode, bias + 64);
}

import { countNonZero } from '../matmul/sparse';

/** About how many elements of a matrix {@link density} reads. */
const SAMPLE: i32 = 512;
/** The time of one multiplication if zeros of A, or of B, are skipped. The unit is the time of one multiplication in the dense product. */
const SKIPPING_A: f64 = ASC_FEATURE_RELAXED_SIMD ? 2 : 1.4;
const SKIPPING_B: f64 = ASC_FEATURE_RELAXED_SIMD ? 1.8 : 1.3;
/** In the same unit: the time to pack an element of A or unpack an element of C, and to compress an element of B. */
const PACKING: f64 = 10;
const COMPRESSING: f64 = 12;
const FEWEST_ROWS: i32 = 16;

/**
 * The number of nonzero elements of B [k, n] if skipping its zeros is the fastest way to compute A[m, k] B, else -1. It first reads a few
 * hundred elements of B, so that the test takes almost no time if B is dense.
 */
export function nonZerosWorthCompressing(a: usize, b: usize, m: i32, n: i32, k: i32): i32 {
  if (m < FEWEST_ROWS || n < 4 || k < 16 || n > 65535) return -1;
  const others = density(a, m * k) * SKIPPING_A;
  const limit = min(1.0, others) * 0.9 - PACKING / <f64>n - PACKING / <f64>k - COMPRESSING / <f64>m;
  if (density(b, k * n) * SKIPPING_B > limit + 0.1) return -1;
  const nonZeros = <i32>countNonZero(b, <usize>k * n);
  return <f64>nonZeros * SKIPPING_B < limit * <f64>k * <f64>n ? nonZeros : -1;
}

/** The fraction of nonzero elements in an evenly spaced sample. */
function density(x: usize, size: i32): f64 {
  // An odd step reads all columns of a matrix whose width is a power of two.
  const step = <usize>max(1, size / SAMPLE) | 1;
  let seen = 0, count = 0;
  for (let i: usize = 0; i < <usize>size; i += step, seen++) count += i32(load<f32>(x + (i << 2)) != 0);
  return <f64>count / <f64>seen;
}


import { countNonZero } from '../matmul/sparse';

/** Elements of B that are looked at before all of them are counted. */
const SAMPLE: i32 = 512;
/** Time for a product of two numbers, as a part of what it takes in the dense product: where zeros of A are skipped, where those of B. */
const SKIPPING_A: f64 = ASC_FEATURE_RELAXED_SIMD ? 2 : 1.4;
const SKIPPING_B: f64 = ASC_FEATURE_RELAXED_SIMD ? 1.8 : 1.3;
/** The same for packing an element of A or unpacking one of C, and for compressing one of B. */
const PACKING: f64 = 10;
const COMPRESSING: f64 = 12;
const FEWEST_ROWS: i32 = 16;

/**
 * How many elements of B [k, n] are not zero, where leaving out its zeros is the fastest way to A[m, k] B; -1 where it is not. B is looked
 * at in a few hundred places first, so that a dense one costs next to nothing.
 */
export function nonZerosWorthCompressing(a: usize, b: usize, m: i32, n: i32, k: i32): i32 {
  if (m < FEWEST_ROWS || n < 4 || k < 16 || n > 65535) return -1;
  const others = density(a, m * k) * SKIPPING_A;
  const limit = min(1.0, others) * 0.9 - PACKING / <f64>n - PACKING / <f64>k - COMPRESSING / <f64>m;
  if (density(b, k * n) * SKIPPING_B > limit + 0.1) return -1;
  const nonZeros = <i32>countNonZero(b, <usize>k * n);
  return <f64>nonZeros * SKIPPING_B < limit * <f64>k * <f64>n ? nonZeros : -1;
}

/** The part of elements that are not zero, of some that are spread evenly. */
function density(x: usize, size: i32): f64 {
  // Odd, so that it meets every column of a matrix whose width is a power of two.
  const step = <usize>max(1, size / SAMPLE) | 1;
  let seen = 0, count = 0;
  for (let i: usize = 0; i < <usize>size; i += step, seen++) count += i32(load<f32>(x + (i << 2)) != 0);
  return <f64>count / <f64>seen;
}


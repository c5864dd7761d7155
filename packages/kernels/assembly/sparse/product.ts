import { BIAS, RELU } from '../matmul/tile';
import { batchTimesSparse, batchWorkspace } from './batch';
import { columnsOf, depthOf } from './layout';
import { rowTimesSparse } from './rows';

/** Fewer rows than this don't repay packing them. */
const FEW_ROWS: i32 = 4;

/** Bytes of working memory that {@link sparseProduct} needs. */
export function sparseProductWorkspace(s: usize): usize {
  return batchWorkspace(s);
}

/**
 * C[m, n] = A[m, k] B (+ bias) (then relu) for a B that `compress` wrote, k > 0: the bits of `matmul`. `bias` is 0 for none. Gives false,
 * and leaves C half done, when there are at least four rows and A is not finite; fewer rows are not looked at.
 */
export function sparseProduct(c: usize, a: usize, s: usize, m: i32, bias: usize, relu: bool, work: usize): bool {
  const last = (bias ? BIAS : 0) | (relu ? RELU : 0);
  if (m >= FEW_ROWS) return batchTimesSparse(c, a, s, m, last, bias, work);
  const aStride = <usize>depthOf(s) << 2, cStride = <usize>columnsOf(s) << 2;
  for (let i: usize = 0; i < <usize>m; i++) rowTimesSparse(c + i * cStride, a + i * aStride, s, last, bias, work);
  return true;
}

import { BIAS, RELU } from '../matmul/tile';
import { batchTimesSparse, batchWorkspace } from './batch';
import { columnsOf, depthOf } from './layout';
import { rowTimesSparse } from './rows';

/** With fewer rows than this, packing them takes longer than it saves. */
const FEW_ROWS: i32 = 4;

/** Bytes of working memory that {@link sparseProduct} needs. */
export function sparseProductWorkspace(s: usize): usize {
  return batchWorkspace(s);
}

/**
 * C[m, n] = A[m, k] B (+ bias) (then relu) for a B that `compress` wrote, with the same bits as `matmul`. k > 0. `bias` is 0 if there is none.
 * If A has at least four rows and is not finite, returns false and leaves C incomplete. Fewer rows are not tested.
 */
export function sparseProduct(c: usize, a: usize, s: usize, m: i32, bias: usize, relu: bool, work: usize): bool {
  const last = (bias ? BIAS : 0) | (relu ? RELU : 0);
  if (m >= FEW_ROWS) return batchTimesSparse(c, a, s, m, last, bias, work);
  const aStride = <usize>depthOf(s) << 2, cStride = <usize>columnsOf(s) << 2;
  for (let i: usize = 0; i < <usize>m; i++) rowTimesSparse(c + i * cStride, a + i * aStride, s, last, bias, work);
  return true;
}

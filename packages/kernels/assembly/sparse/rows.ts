import { madd } from '../simd';
import { ADD, BIAS, RELU } from '../matmul/tile';
import { LANES, blockOf, columnsOf, depthOf, lanesOf, rowsOf, slicesOf, startsOf, valuesOf } from './layout';

/**
 * c[n] = a B (+ bias) (then relu) for one row a, four columns at a time. Each sum is in ascending order of k. `sums` has room for n + 1 floats;
 * the last one gets the sums of lanes without a column.
 */
export function rowTimesSparse(c: usize, a: usize, s: usize, last: i32, bias: usize, sums: usize): void {
  const n = columnsOf(s), k = depthOf(s), depth = blockOf(s), slices = slicesOf(s), rows = rowsOf(s), values = valuesOf(s);
  let starts = startsOf(s), lanes = lanesOf(s);
  for (let k0 = 0; k0 < k; k0 += depth) {
    const mode = (k0 ? ADD : 0) | (k0 + depth >= k ? last : 0);
    slicesOfBlock(sums, a + (<usize>k0 << 2), starts, lanes, rows, values, slices);
    finishRow(c, sums, n, mode, bias);
    starts += <usize>slices << 2;
    lanes += <usize>slices << 4;
  }
}

function slicesOfBlock(sums: usize, a: usize, starts: usize, lanes: usize, rows: usize, values: usize, slices: i32): void {
  let first = load<u32>(starts);
  let row = rows + (<usize>first << 1), value = values + (<usize>first << 2);
  for (const end = starts + (<usize>slices << 2); starts != end; starts += 4, lanes += 4 * LANES) {
    const to = values + (<usize>load<u32>(starts, 4) << 2);
    let sum = f32x4.splat(0);
    for (; value != to; value += 16, row += 8) {
      let x = v128.load32_zero(a + (<usize>load<u16>(row) << 2));
      x = v128.load32_lane(a + (<usize>load<u16>(row, 2) << 2), x, 1);
      x = v128.load32_lane(a + (<usize>load<u16>(row, 4) << 2), x, 2);
      x = v128.load32_lane(a + (<usize>load<u16>(row, 6) << 2), x, 3);
      sum = madd(x, v128.load(value), sum);
    }
    v128.store32_lane(sums + (<usize>load<u32>(lanes) << 2), sum, 0);
    v128.store32_lane(sums + (<usize>load<u32>(lanes, 4) << 2), sum, 1);
    v128.store32_lane(sums + (<usize>load<u32>(lanes, 8) << 2), sum, 2);
    v128.store32_lane(sums + (<usize>load<u32>(lanes, 12) << 2), sum, 3);
  }
}

function finishRow(c: usize, sums: usize, n: i32, mode: i32, bias: usize): void {
  const vectors = c + (<usize>(n & ~3) << 2), end = c + (<usize>n << 2), zero = f32x4.splat(0);
  for (; c != vectors; c += 16, sums += 16, bias += 16) {
    let sum = v128.load(sums);
    if (mode & ADD) sum = f32x4.add(v128.load(c), sum);
    if (mode & BIAS) sum = f32x4.add(sum, v128.load(bias));
    if (mode & RELU) sum = f32x4.max(sum, zero);
    v128.store(c, sum);
  }
  for (; c != end; c += 4, sums += 4, bias += 4) {
    let sum = load<f32>(sums);
    if (mode & ADD) sum = load<f32>(c) + sum;
    if (mode & BIAS) sum += load<f32>(bias);
    if (mode & RELU) sum = max<f32>(sum, 0);
    store<f32>(c, sum);
  }
}

import { ENTRY, find, FRONTS } from '../matmul/find';
import { fillsWider, PANEL_ROW, SPARSE_COLS, sum, WIDER_ROW, widerSum } from '../matmul/sparse';
import { finishNarrow } from '../matmul/tile';
import { depthOf, Geometry, runOf } from './geometry';
import { tapBytes } from './patches';

/*
 * The gradient of the filters for a gradient of the outputs that is mostly zero, as it is if a ReLU and a max-pool follow. It
 * computes the transpose, in which every row is a sum over the windows whose gradient is not zero. The bits are the same as in the dense product.
 */

/** Bytes of a row of a panel: 16 or 20 columns. */
// @ts-ignore: decorator
@inline
function panelRow(g: Geometry): u32 {
  return fillsWider(depthOf(g)) ? WIDER_ROW : PANEL_ROW;
}

/** Bytes of `work` for at most `strip` windows, without the bytes of the transposed gradient. */
export function sparseFiltersWorkspace(g: Geometry, strip: i32): usize {
  const lines = <usize>g.outChannels;
  return FRONTS + <usize>panelRow(g) * (strip + 1) + (lines << 3) + lines * strip * ENTRY;
}

/** to[outChannels, depth] (+)= G' W, with G the gradients of `count` windows, [count, outChannels], and W the windows, [count, depth]. */
export function addSparse(
  to: usize, addresses: usize, dOut: usize, count: i32, g: Geometry, mode: i32, work: usize,
): void {
  const depth = depthOf(g), channels = g.outChannels, row = <usize>panelRow(g), columns = <i32>row >> 2;
  const spare = work + FRONTS, panel = spare + row, lines = panel + <usize>count * row, end = lines + (<usize>channels << 3);
  find(work, lines, end, dOut, <usize>channels << 2, channels, count, true, <u32>row);
  for (let k = 0; k < depth; k += columns) {
    const cols = min(columns, depth - k);
    packTapsWide(panel, addresses, count, k, cols, row, g);
    let c = to + (<usize>k << 2);
    for (let line = lines; line != end; line += 8, c += <usize>depth << 2) {
      const from = <usize>load<u32>(line), until = <usize>load<u32>(line, 4);
      const whole = cols == columns, at = whole ? c : spare, how = whole ? mode : 0;
      if (columns == SPARSE_COLS) sum(from, until, panel, at, how, 0);
      else widerSum(from, until, panel, at, how, 0);
      if (!whole) finishNarrow(spare, 1, cols, c, 0, mode, 0);
    }
  }
}

/** Packs numbers [k, k + cols) of every window into rows that are `row` bytes apart. */
function packTapsWide(to: usize, addresses: usize, count: i32, k: i32, cols: i32, row: usize, g: Geometry): void {
  const run = runOf(g), end = addresses + (<usize>count << 2);
  for (let j = 0; j < cols;) {
    const offset = tapBytes(k + j, g);
    let p = to;
    // Copies four at a time where they are contiguous.
    if ((k + j) % run + 4 <= run && j + 4 <= cols) {
      for (let a = addresses; a != end; a += 4, p += row) v128.store(p, v128.load(<usize>load<u32>(a) + offset));
      j += 4;
      to += 16;
    } else {
      for (let a = addresses; a != end; a += 4, p += row) store<f32>(p, load<f32>(<usize>load<u32>(a) + offset));
      j++;
      to += 4;
    }
  }
}

/** out[columns, rows] = the transpose of x[rows, columns]. */
export function transpose(out: usize, x: usize, rows: i32, columns: i32): void {
  for (let j: usize = 0; j < <usize>columns; j++) {
    let p = x + (j << 2);
    for (const end = out + (<usize>rows << 2); out != end; out += 4, p += <usize>columns << 2) store<f32>(out, load<f32>(p));
  }
}

import { ENTRY, find, PANEL_ROW, SPARSE_COLS, sum } from '../matmul/sparse';
import { ADD, finishNarrow } from '../matmul/tile';
import { depthOf, Geometry, runOf } from './geometry';
import { tapBytes } from './patches';

/*
 * The gradient of the filters where most of the given gradient is zero, as behind a ReLU and a pool: its transpose, of which every row
 * is a sum over the windows whose gradient is not zero. The bits are those of the dense product.
 */

/** Bytes of `work`, beside those of the transposed gradient itself: for at most `strip` windows. */
export function sparseFiltersWorkspace(g: Geometry, strip: i32): usize {
  const lines = <usize>g.outChannels;
  return <usize>PANEL_ROW * (strip + 1) + (lines << 3) + lines * strip * ENTRY;
}

/** to[outChannels, depth] (+)= the gradients of `count` windows, [count, outChannels], transposed, times the windows. */
export function addSparse(
  to: usize, addresses: usize, dOut: usize, count: i32, g: Geometry, mode: i32, work: usize,
): void {
  const depth = depthOf(g), channels = g.outChannels, spare = work, panel = spare + PANEL_ROW;
  const lines = panel + <usize>count * PANEL_ROW, entries = lines + (<usize>channels << 3);
  find(lines, entries, dOut, <usize>channels << 2, channels, count, true);
  for (let k = 0; k < depth; k += SPARSE_COLS) {
    const cols = min(SPARSE_COLS, depth - k);
    packTapsWide(panel, addresses, count, k, cols, g);
    let row = to + (<usize>k << 2);
    for (let line = lines, end = lines + (<usize>channels << 3); line != end; line += 8, row += <usize>depth << 2) {
      const from = <usize>load<u32>(line), until = <usize>load<u32>(line, 4);
      if (cols == SPARSE_COLS) sum(from, until, panel, row, mode, 0);
      else {
        sum(from, until, panel, spare, 0, 0);
        finishNarrow(spare, 1, cols, row, 0, mode, 0);
      }
    }
  }
}

/** Numbers [k, k + cols) of every window, 16 to a row. */
function packTapsWide(to: usize, addresses: usize, count: i32, k: i32, cols: i32, g: Geometry): void {
  // Where rows of windows are whole vectors, four numbers never lie apart.
  const whole = !(runOf(g) & 3);
  for (let j = 0; j < cols; j += whole ? 4 : 1, to += whole ? 16 : 4) {
    const offset = tapBytes(k + j, g), end = addresses + (<usize>count << 2);
    let p = to;
    if (whole) {
      for (let a = addresses; a != end; a += 4, p += PANEL_ROW) v128.store(p, v128.load(<usize>load<u32>(a) + offset));
    } else {
      for (let a = addresses; a != end; a += 4, p += PANEL_ROW) store<f32>(p, load<f32>(<usize>load<u32>(a) + offset));
    }
  }
}

/** out[columns, rows] = x[rows, columns] transposed. */
export function transpose(out: usize, x: usize, rows: i32, columns: i32): void {
  for (let j: usize = 0; j < <usize>columns; j++) {
    let p = x + (j << 2);
    for (const end = out + (<usize>rows << 2); out != end; out += 4, p += <usize>columns << 2) store<f32>(out, load<f32>(p));
  }
}

import { packContiguous } from '../matmul/pack';
import { ENTRY, find, PANEL_ROW, SPARSE_COLS, sum } from '../matmul/sparse';
import { ADD, finishNarrow } from '../matmul/tile';
import { Geometry, runOf } from './geometry';
import { rowBytes } from './patches';

/*
 * The gradient of the input where most of the given gradient is zero: each window adds its sums over the outputs that are not.
 */

@unmanaged class Wide16 { a: u64; b: u64; }

/** Bytes of the panels of {@link packWideFilters}. */
export function wideFilterBytes(g: Geometry): usize {
  return <usize>(g.windowHeight * ((runOf(g) + 15) >> 4)) * g.outChannels * PANEL_ROW;
}

/** Bytes of `work` for {@link scatterSparse} of `rows` rows of outputs. */
export function sparseInputWorkspace(g: Geometry, rows: i32): usize {
  const lines = <usize>(rows * g.outWidth);
  return PANEL_ROW + (lines << 3) + lines * g.outChannels * ENTRY;
}

/** Panels [outChannels][16] of the filters transposed; they end with each row of the window. */
export function packWideFilters(to: usize, w: usize, g: Geometry): void {
  const run = runOf(g), stride = <usize>g.outChannels << 2;
  for (let y = 0; y < g.windowHeight; y++) {
    for (let j = 0; j < run; j += SPARSE_COLS) {
      packContiguous<Wide16>(to, w + <usize>j * stride, stride, min(SPARSE_COLS, run - j), g.outChannels);
      to += <usize>g.outChannels * PANEL_ROW;
    }
    w += <usize>run * stride;
  }
}

/** Adds what `rows` rows of outputs, whose gradients are [rows, outWidth, outChannels], give to the image from `to` on. */
export function scatterSparse(to: usize, dOut: usize, filters: usize, rows: i32, g: Geometry, work: usize): void {
  const spare = work, lines = work + PANEL_ROW, count = rows * g.outWidth, entries = lines + (<usize>count << 3);
  find(lines, entries, dOut, <usize>g.outChannels << 2, count, g.outChannels, false);
  const run = runOf(g), rowStep = rowBytes(g);
  const stepX = <usize>(g.strideX * g.channels) << 2, stepY = <usize>g.strideY * rowStep;
  for (let ky = 0; ky < g.windowHeight; ky++, to += rowStep) {
    for (let j = 0; j < run; j += SPARSE_COLS, filters += <usize>g.outChannels * PANEL_ROW) {
      const cols = min(SPARSE_COLS, run - j);
      let line = lines, row = to + (<usize>j << 2);
      for (let y = 0; y < rows; y++, row += stepY) {
        let c = row;
        for (const end = line + (<usize>g.outWidth << 3); line != end; line += 8, c += stepX) {
          const from = <usize>load<u32>(line), until = <usize>load<u32>(line, 4);
          if (from == until) continue;
          if (cols == SPARSE_COLS) sum(from, until, filters, c, ADD, 0);
          else {
            sum(from, until, filters, spare, 0, 0);
            finishNarrow(spare, 1, cols, c, 0, ADD, 0);
          }
        }
      }
    }
  }
}

import { packContiguous } from '../matmul/pack';
import { ENTRY, find, FRONTS } from '../matmul/find';
import { fillsWider, PANEL_ROW, SPARSE_COLS, sum, WIDER_ROW, widerSum } from '../matmul/sparse';
import { ADD, finishNarrow } from '../matmul/tile';
import { Geometry, runOf } from './geometry';
import { rowBytes } from './patches';

/*
 * The gradient of the input for a gradient of the outputs that is mostly zero. Each window's sums run over the nonzero outputs only.
 */

@unmanaged class Wide16 { a: u64; b: u64; }
@unmanaged class Wide20 { a: u64; b: u64; c: u32; }

/**
 * Bytes of a row of a panel of 16 or 20 columns. A panel has 20 columns only if there are at least 20 channels: if it held a channel twice,
 * the order of that channel's sums would depend on the width of the panel.
 */
// @ts-ignore: decorator
@inline
function panelRow(g: Geometry): u32 {
  return g.channels >= 20 && fillsWider(runOf(g)) ? WIDER_ROW : PANEL_ROW;
}

/** Bytes of the panels of {@link packWideFilters}. */
export function wideFilterBytes(g: Geometry): usize {
  const columns = <i32>panelRow(g) >> 2;
  return <usize>(g.windowHeight * ((runOf(g) + columns - 1) / columns)) * g.outChannels * panelRow(g);
}

/** Bytes of `work` for {@link scatterSparse} of `rows` rows of outputs. */
export function sparseInputWorkspace(g: Geometry, rows: i32): usize {
  const lines = <usize>(rows * g.outWidth);
  return FRONTS + WIDER_ROW + (lines << 3) + lines * g.outChannels * ENTRY;
}

/** Packs the transposed filters into panels [outChannels][16 or 20]. Each row of the window starts a new panel. */
export function packWideFilters(to: usize, w: usize, g: Geometry): void {
  const run = runOf(g), stride = <usize>g.outChannels << 2, columns = <i32>panelRow(g) >> 2;
  for (let y = 0; y < g.windowHeight; y++) {
    for (let j = 0; j < run; j += columns) {
      const from = w + <usize>j * stride, lines = min(columns, run - j);
      if (columns == SPARSE_COLS) packContiguous<Wide16>(to, from, stride, lines, g.outChannels);
      else packContiguous<Wide20>(to, from, stride, lines, g.outChannels);
      to += <usize>g.outChannels * panelRow(g);
    }
    w += <usize>run * stride;
  }
}

/** Adds the gradients that come from `rows` rows of outputs, [rows, outWidth, outChannels], to the image that starts at `to`. */
export function scatterSparse(to: usize, dOut: usize, filters: usize, rows: i32, g: Geometry, work: usize): void {
  const spare = work + FRONTS, lines = spare + WIDER_ROW, count = rows * g.outWidth, entries = lines + (<usize>count << 3);
  const panelStep = panelRow(g), columns = <i32>panelStep >> 2;
  find(work, lines, entries, dOut, <usize>g.outChannels << 2, count, g.outChannels, false, panelStep);
  const run = runOf(g), rowStep = rowBytes(g);
  const stepX = <usize>(g.strideX * g.channels) << 2, stepY = <usize>g.strideY * rowStep;
  for (let ky = 0; ky < g.windowHeight; ky++, to += rowStep) {
    for (let j = 0; j < run; j += columns, filters += <usize>g.outChannels * panelStep) {
      const cols = min(columns, run - j);
      let line = lines, row = to + (<usize>j << 2);
      for (let y = 0; y < rows; y++, row += stepY) {
        const end = line + (<usize>g.outWidth << 3);
        if (columns == SPARSE_COLS) addLines<Wide16>(row, line, end, filters, cols, stepX, spare);
        else addLines<Wide20>(row, line, end, filters, cols, stepX, spare);
        line = end;
      }
    }
  }
}

/** Multiplies one row of outputs with one panel. */
function addLines<Width>(c: usize, line: usize, end: usize, filters: usize, cols: i32, step: usize, spare: usize): void {
  const whole = cols == <i32>offsetof<Width>();
  for (; line != end; line += 8, c += step) {
    const from = <usize>load<u32>(line), until = <usize>load<u32>(line, 4);
    if (from == until) continue;
    const at = whole ? c : spare, mode = whole ? ADD : 0;
    if (offsetof<Width>() == SPARSE_COLS) sum(from, until, filters, at, mode, 0);
    else widerSum(from, until, filters, at, mode, 0);
    if (!whole) finishNarrow(spare, 1, cols, c, 0, ADD, 0);
  }
}

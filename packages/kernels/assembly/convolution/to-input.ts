import { rowsTile } from '../matmul/gemm';
import { packContiguous } from '../matmul/pack';
import { ADD, finishNarrow, TILE_COLS, TILE_ROWS } from '../matmul/tile';
import { Geometry, imageBytes, isPadded, positionsOf, runOf, spanBytes } from './geometry';
import { crop } from './pad';
import { rowBytes } from './patches';

@unmanaged class Wide4 { a: u32; }
@unmanaged class Wide8 { a: u64; }

/** Numbers of packed gradients at a time. */
const STRIP: i32 = 32768;
const SPARE: usize = TILE_ROWS * TILE_COLS << 2;

/** Panels of 8 of a window's numbers: they end with each row of the window, so that a panel's numbers lie side by side in an image. */
// @ts-ignore: decorator
@inline
function panelsInRun(g: Geometry): i32 {
  return (runOf(g) + 7) >> 3;
}

// @ts-ignore: decorator
@inline
function tilesInRow(g: Geometry): i32 {
  return (g.outWidth + 3) >> 2;
}

/** Rows of outputs at a time. */
function stripRows(g: Geometry): i32 {
  return max(1, min(g.outHeight, STRIP / (tilesInRow(g) * TILE_ROWS * g.outChannels)));
}

/** Bytes of `work` for {@link convolveBackward}. */
export function convolveBackwardWorkspace(g: Geometry): usize {
  const channels = <usize>g.outChannels;
  const filters = <usize>(g.windowHeight * panelsInRun(g)) * channels << 5;
  const gradients = <usize>(stripRows(g) * tilesInRow(g)) * channels << 4;
  return SPARE + filters + gradients + (isPadded(g) ? spanBytes(g) : 0);
}

/**
 * See Ops.convolveBackward in src/ops.ts. A tile is 4 windows of a row by 8 of their numbers; it adds its sums to the image where the
 * windows lie, so that no matrix of windows is ever written. The order of the sums follows from the geometry.
 */
export function convolveBackward(dx: usize, dOut: usize, w: usize, g: Geometry, work: usize): void {
  const filters = work + SPARE, outRow = <usize>(g.outWidth * g.outChannels) << 2;
  const gradients = filters + (<usize>(g.windowHeight * panelsInRun(g)) * g.outChannels << 5);
  const rows = stripRows(g), padded = gradients + (<usize>(rows * tilesInRow(g)) * g.outChannels << 4);
  packFilters(filters, w, g);
  for (let image = 0; image < g.batch; image++, dx += imageBytes(g)) {
    const to = isPadded(g) ? padded : dx;
    memory.fill(to, 0, isPadded(g) ? spanBytes(g) : imageBytes(g));
    for (let y = 0; y < g.outHeight; y += rows) {
      const count = min(rows, g.outHeight - y);
      packGradients(gradients, dOut, count, g);
      scatter(to + <usize>(y * g.strideY) * rowBytes(g), gradients, filters, count, g, work);
      dOut += <usize>count * outRow;
    }
    if (isPadded(g)) crop(dx, padded, g);
  }
}

/** Panels [outChannels][8] of the filters transposed. */
function packFilters(to: usize, w: usize, g: Geometry): void {
  const run = runOf(g), stride = <usize>g.outChannels << 2;
  for (let y = 0; y < g.windowHeight; y++) {
    for (let j = 0; j < run; j += TILE_COLS) {
      packContiguous<Wide8>(to, w + <usize>j * stride, stride, min(TILE_COLS, run - j), g.outChannels);
      to += stride << 3;
    }
    w += <usize>run * stride;
  }
}

/** Panels [outChannels][4] of the gradients of rows of outputs; they end with each row. */
function packGradients(to: usize, dOut: usize, rows: i32, g: Geometry): void {
  const stride = <usize>g.outChannels << 2;
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < g.outWidth; x += TILE_ROWS) {
      const lines = min(TILE_ROWS, g.outWidth - x);
      packContiguous<Wide4>(to, dOut, stride, lines, g.outChannels);
      to += stride << 2;
      dOut += <usize>lines * stride;
    }
  }
}

function scatter(to: usize, gradients: usize, filters: usize, rows: i32, g: Geometry, spare: usize): void {
  const run = runOf(g), channels = g.outChannels, rowStep = rowBytes(g);
  const stepX = <usize>(g.strideX * g.channels) << 2, stepY = <usize>g.strideY * rowStep;
  for (let ky = 0; ky < g.windowHeight; ky++, to += rowStep) {
    for (let j = 0; j < run; j += TILE_COLS, filters += <usize>channels << 5) {
      const cols = min(TILE_COLS, run - j);
      let a = gradients, row = to + (<usize>j << 2);
      for (let y = 0; y < rows; y++, row += stepY) {
        let c = row;
        for (let x = 0; x < g.outWidth; x += TILE_ROWS) {
          const lines = min(TILE_ROWS, g.outWidth - x);
          if (cols == TILE_COLS) rowsTile(lines, channels, a, filters, c, stepX, ADD, 0);
          else {
            rowsTile(lines, channels, a, filters, spare, TILE_COLS << 2, 0, 0);
            finishNarrow(spare, lines, cols, c, stepX, ADD, 0);
          }
          a += <usize>channels << 4;
          c += TILE_ROWS * stepX;
        }
      }
    }
  }
}

import { rowsTile } from '../matmul/gemm';
import { packContiguous } from '../matmul/pack';
import { worthSkipping } from '../matmul/sparse';
import { ADD, finishNarrow, TILE_COLS, TILE_ROWS } from '../matmul/tile';
import { depthOf, Geometry, imageBytes, isPadded, positionsOf, runOf, spanBytes } from './geometry';
import { crop } from './pad';
import { rowBytes } from './patches';
import { isSingle, scatterSingle, singleRows, singleWorkspace } from './single-input';
import { packWideFilters, scatterSparse, sparseInputWorkspace, wideFilterBytes } from './sparse-input';

@unmanaged class Wide4 { a: u32; }
@unmanaged class Wide8 { a: u64; }

/** How many numbers of gradients are packed at a time. */
const STRIP: i32 = 32768;
const SPARE: usize = TILE_ROWS * TILE_COLS << 2;

/** Panels of 8 numbers in one row of a window. Each row starts a new panel, so a panel's numbers are contiguous in an image. */
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

/** How many rows of outputs are processed at a time. */
function stripRows(g: Geometry): i32 {
  return max(1, min(g.outHeight, STRIP / (tilesInRow(g) * TILE_ROWS * g.outChannels)));
}

/** For windows with fewer numbers than this, looking for zeros takes longer than it saves. */
const WORTH_LOOKING: i32 = 64;

function filterBytes(g: Geometry): usize {
  return <usize>(g.windowHeight * panelsInRun(g)) * g.outChannels << 5;
}

function gradientBytes(g: Geometry): usize {
  return <usize>(stripRows(g) * tilesInRow(g)) * g.outChannels << 4;
}

/** Bytes of `work` for {@link convolveBackward}. */
export function convolveBackwardWorkspace(g: Geometry): usize {
  const dense = isSingle(g) ? singleWorkspace(g) : gradientBytes(g);
  const strip = max(dense, sparseInputWorkspace(g, stripRows(g)));
  return SPARE + filterBytes(g) + wideFilterBytes(g) + strip + (isPadded(g) ? spanBytes(g) : 0);
}

/**
 * See Ops.convolveBackward in src/ops.ts. A tile is 4 windows of a row by 8 of their numbers. It adds its sums directly to the windows'
 * pixels, so no matrix of windows is written. If the gradient of an image has enough zeros, they are skipped. The order of the sums depends
 * on the geometry and on this choice, so on the image itself, and on nothing else.
 */
export function convolveBackward(dx: usize, dOut: usize, w: usize, g: Geometry, work: usize): void {
  const filters = work + SPARE, wideFilters = filters + filterBytes(g), padded = wideFilters + wideFilterBytes(g);
  const room = padded + (isPadded(g) ? spanBytes(g) : 0), depth = depthOf(g), size = positionsOf(g) * g.outChannels;
  const single = isSingle(g), outRow = <usize>(g.outWidth * g.outChannels) << 2;
  let packed = false, widePacked = false;
  for (let image = 0; image < g.batch; image++, dx += imageBytes(g)) {
    const to = isPadded(g) ? padded : dx;
    const sparse = depth >= WORTH_LOOKING && worthSkipping(dOut, size, depth);
    if (sparse && !widePacked) packWideFilters(wideFilters, w, g);
    else if (!sparse && !single && !packed) packFilters(filters, w, g);
    if (sparse) widePacked = true;
    else packed = true;
    memory.fill(to, 0, isPadded(g) ? spanBytes(g) : imageBytes(g));
    const rows = single && !sparse ? singleRows(g) : stripRows(g);
    for (let y = 0; y < g.outHeight; y += rows) {
      const count = min(rows, g.outHeight - y), at = to + <usize>(y * g.strideY) * rowBytes(g);
      if (sparse) scatterSparse(at, dOut, wideFilters, count, g, room);
      else if (single) scatterSingle(at, dOut, w, count, g, room);
      else scatterDense(at, dOut, filters, count, g, room, work);
      dOut += <usize>count * outRow;
    }
    if (isPadded(g)) crop(dx, padded, g);
  }
}

/** Packs the transposed filters into panels [outChannels][8]. */
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

/** Packs the gradients of rows of outputs into panels [outChannels][4]. Each row starts a new panel. */
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

/** Adds the gradients that come from `rows` rows of outputs, [rows, outWidth, outChannels], to the image that starts at `to`. */
function scatterDense(
  to: usize, dOut: usize, filters: usize, rows: i32, g: Geometry, gradients: usize, spare: usize,
): void {
  packGradients(gradients, dOut, rows, g);
  const run = runOf(g), channels = g.outChannels, rowStep = rowBytes(g);
  const stepX = <usize>(g.strideX * g.channels) << 2, stepY = <usize>g.strideY * rowStep;
  for (let ky = 0; ky < g.windowHeight; ky++, to += rowStep) {
    for (let j = 0; j < run; j += TILE_COLS, filters += <usize>channels << 5) {
      const cols = min(TILE_COLS, run - j);
      let a = gradients, row = to + (<usize>j << 2);
      for (let y = 0; y < rows; y++, row += stepY) {
        let c = row;
        for (let x = 0; x < g.outWidth; x += TILE_ROWS, a += <usize>channels << 4, c += TILE_ROWS * stepX) {
          const lines = min(TILE_ROWS, g.outWidth - x);
          if (cols == TILE_COLS) rowsTile(lines, channels, a, filters, c, stepX, ADD, 0);
          else {
            rowsTile(lines, channels, a, filters, spare, TILE_COLS << 2, 0, 0);
            finishNarrow(spare, lines, cols, c, stepX, ADD, 0);
          }
        }
      }
    }
  }
}

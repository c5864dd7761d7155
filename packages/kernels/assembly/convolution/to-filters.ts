import { panel } from '../matmul/gemm';
import { packInterleaved } from '../matmul/pack';
import { worthSkipping } from '../matmul/sparse';
import { ADD, TILE_COLS, TILE_ROWS } from '../matmul/tile';
import { depthOf, Geometry, imageBytes, isPadded, positionsOf, spanBytes } from './geometry';
import { pad } from './pad';
import { findWindows, packTaps } from './patches';
import { addSparse, sparseFiltersWorkspace, transpose } from './sparse-filters';
import { groupOf, stripOf } from './strip';

@unmanaged class Wide8 { a: u64; }

const MOST: i32 = 384;
const FEWEST: i32 = 32;
const SPARE: usize = TILE_ROWS * TILE_COLS << 2;

/** From so many numbers in a window on it pays to look for zeros. */
const WORTH_LOOKING: i32 = 16;

/** Bytes of `work` for {@link convolveGradients}. */
export function convolveGradientsWorkspace(g: Geometry): usize {
  const strip = stripOf(g, FEWEST, MOST), images = isPadded(g) ? <usize>groupOf(g, strip) * spanBytes(g) : 0;
  return SPARE + (<usize>strip << 2) + images + max(denseWorkspace(g, strip), sparseWorkspace(g, strip));
}

function denseWorkspace(g: Geometry, strip: i32): usize {
  return (<usize>strip * ((depthOf(g) + 3) & ~3) << 2) + (<usize>((g.outChannels + 7) >> 3) * strip << 5);
}

function sparseWorkspace(g: Geometry, strip: i32): usize {
  return (<usize>depthOf(g) * g.outChannels << 2) + sparseFiltersWorkspace(g, strip);
}

/**
 * See Ops.convolveGradients in src/ops.ts, but for the bias. Sums over a strip of windows are added up, in the order of the windows.
 * Zeros of the given gradient are left out where there are enough of them, to the same bits.
 */
export function convolveGradients(dW: usize, x: usize, dOut: usize, g: Geometry, work: usize): void {
  const strip = stripOf(g, FEWEST, MOST), group = groupOf(g, strip), positions = positionsOf(g), depth = depthOf(g);
  const addresses = work + SPARE, padded = addresses + (<usize>strip << 2);
  const room = padded + (isPadded(g) ? <usize>group * spanBytes(g) : 0), transposed = room;
  const stride = <usize>g.outChannels << 2;
  const sparse = depth >= WORTH_LOOKING && worthSkipping(dOut, <usize>g.batch * positions * g.outChannels, depth);
  let mode = 0;
  if (g.batch == 0) memory.fill(dW, 0, <usize>depth * stride);
  for (let image = 0; image < g.batch; image += group) {
    const count = min(group, g.batch - image);
    let images = x + <usize>image * imageBytes(g);
    if (isPadded(g)) {
      pad(padded, images, count, g);
      images = padded;
    }
    for (let first = 0; first < count * positions; first += strip) {
      const k = min(strip, count * positions - first);
      findWindows(addresses, images, first, k, g);
      if (sparse) addSparse(transposed, addresses, dOut, k, g, mode, transposed + <usize>depth * stride);
      else addDense(dW, addresses, dOut, k, g, mode, room, work);
      dOut += <usize>k * stride;
      mode = ADD;
    }
  }
  if (sparse) transpose(dW, transposed, g.outChannels, depth);
}

/** dW (+)= the windows, transposed, times the gradients of `count` windows. */
function addDense(
  dW: usize, addresses: usize, dOut: usize, count: i32, g: Geometry, mode: i32, taps: usize, spare: usize,
): void {
  const depth = depthOf(g), stride = <usize>g.outChannels << 2, gradients = taps + (<usize>count * ((depth + 3) & ~3) << 2);
  packTaps(taps, addresses, count, g);
  for (let j = 0; j < g.outChannels; j += TILE_COLS) {
    const cols = min(TILE_COLS, g.outChannels - j), at = <usize>j << 2;
    packInterleaved<Wide8>(gradients, dOut + at, stride, cols, count);
    panel(dW + at, taps, <usize>count << 4, gradients, depth, cols, count, stride, mode, 0, spare);
  }
}

import { panel } from '../matmul/gemm';
import { packInterleaved } from '../matmul/pack';
import { ADD, TILE_COLS, TILE_ROWS } from '../matmul/tile';
import { depthOf, Geometry, imageBytes, isPadded, positionsOf, spanBytes } from './geometry';
import { pad } from './pad';
import { findWindows, packTaps } from './patches';

@unmanaged class Wide8 { a: u64; }

/** Numbers of packed windows at a time: they stay in the second-level cache while every panel of gradients passes by. */
const STRIP: i32 = 65536;
const MOST: i32 = 384;
const FEWEST: i32 = 32;
const SPARE: usize = TILE_ROWS * TILE_COLS << 2;

/** Windows at a time. */
function stripOf(g: Geometry): i32 {
  return max(FEWEST, min(MOST, STRIP / depthOf(g)) & ~3);
}

/** Images at a time; see forward.ts. */
function groupOf(g: Geometry): i32 {
  return isPadded(g) ? min(g.batch, max(1, stripOf(g) / positionsOf(g))) : g.batch;
}

/** Bytes of `work` for {@link convolveGradients}. */
export function convolveGradientsWorkspace(g: Geometry): usize {
  const strip = <usize>stripOf(g), depth = <usize>((depthOf(g) + 3) & ~3), panels = <usize>((g.outChannels + 7) >> 3);
  const images = isPadded(g) ? <usize>groupOf(g) * spanBytes(g) : 0;
  return SPARE + (strip << 2) + (strip * depth << 2) + (panels * strip << 5) + images;
}

/** See Ops.convolveGradients in src/ops.ts, but for the bias. Sums over a strip of windows are added up, in the order of the windows. */
export function convolveGradients(dW: usize, x: usize, dOut: usize, g: Geometry, work: usize): void {
  const strip = stripOf(g), group = groupOf(g), positions = positionsOf(g), depth = depthOf(g);
  const addresses = work + SPARE, taps = addresses + (<usize>strip << 2);
  const gradients = taps + (<usize>strip * ((depth + 3) & ~3) << 2);
  const padded = gradients + (<usize>((g.outChannels + 7) >> 3) * strip << 5);
  const stride = <usize>g.outChannels << 2;
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
      packTaps(taps, addresses, k, g);
      for (let j = 0; j < g.outChannels; j += TILE_COLS) {
        const cols = min(TILE_COLS, g.outChannels - j), at = <usize>j << 2;
        packInterleaved<Wide8>(gradients, dOut + at, stride, cols, k);
        panel(dW + at, taps, <usize>k << 4, gradients, depth, cols, k, stride, mode, 0, work);
      }
      dOut += <usize>k * stride;
      mode = ADD;
    }
  }
}

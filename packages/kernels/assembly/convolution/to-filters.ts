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

/** For windows with fewer numbers than this, looking for zeros takes longer than it saves. */
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
 * See Ops.convolveGradients in src/ops.ts; this function computes all but the bias. It adds up the sums of the strips of windows in order.
 * If the given gradient has enough zeros, it skips them. The bits are the same.
 */
export function convolveGradients(dW: usize, x: usize, dOut: usize, g: Geometry, work: usize): void {
  if (g.batch == 0) memory.fill(dW, 0, <usize>depthOf(g) * g.outChannels << 2);
  walk(dW, x, dOut, g, skipsZeros(dOut, g), 0, i32.MAX_VALUE, 0, work);
}

/** How many strips of windows there are in a batch. */
export function gradientStrips(g: Geometry): i32 {
  const strip = stripOf(g, FEWEST, MOST), group = groupOf(g, strip);
  let strips = 0;
  for (let image = 0; image < g.batch; image += group) {
    strips += (min(group, g.batch - image) * positionsOf(g) + strip - 1) / strip;
  }
  return strips;
}

/** Whether zeros of the given gradient are skipped. */
export function skipsZeros(dOut: usize, g: Geometry): bool {
  return depthOf(g) >= WORTH_LOOKING && worthSkipping(dOut, <usize>g.batch * positionsOf(g) * g.outChannels, depthOf(g));
}

/**
 * The sums of strips [first, first + count): one thread's part of {@link convolveGradients}. Each strip gets a matrix, and the matrices
 * follow each other in memory. {@link addStrips} adds them up. If zeros are skipped, the matrices are transposed.
 */
export function convolveGradientsOfStrips(
  sums: usize, x: usize, dOut: usize, g: Geometry, sparse: bool, first: i32, count: i32, work: usize,
): void {
  walk(sums, x, dOut, g, sparse, first, first + count, <usize>depthOf(g) * g.outChannels << 2, work);
}

/** dW (+)= n numbers of the sums of `strips` strips. These sums are `size` bytes apart, and are added in their order. */
export function addStrips(dW: usize, sums: usize, n: i32, strips: i32, size: usize, accumulate: bool): void {
  if (!accumulate) memory.copy(dW, sums, <usize>n << 2);
  for (let i = accumulate ? 0 : 1; i < strips; i++) addTo(dW, sums + <usize>i * size, n);
}

function addTo(to: usize, x: usize, n: i32): void {
  const end = to + (<usize>n << 2);
  for (const vectors = to + (<usize>(n & ~3) << 2); to != vectors; to += 16, x += 16) {
    v128.store(to, f32x4.add(v128.load(to), v128.load(x)));
  }
  for (; to != end; to += 4, x += 4) store<f32>(to, load<f32>(to) + load<f32>(x));
}

/** Sums over strips [from, until): into one sum if `step` is 0, else into one sum for each strip, `step` bytes apart. */
function walk(
  dW: usize, x: usize, dOut: usize, g: Geometry, sparse: bool, from: i32, until: i32, step: usize, work: usize,
): void {
  const strip = stripOf(g, FEWEST, MOST), group = groupOf(g, strip), positions = positionsOf(g), depth = depthOf(g);
  const addresses = work + SPARE, padded = addresses + (<usize>strip << 2);
  const room = padded + (isPadded(g) ? <usize>group * spanBytes(g) : 0), transposed = room;
  const stride = <usize>g.outChannels << 2;
  let mode = 0, index = 0;
  for (let image = 0; image < g.batch; image += group) {
    const count = min(group, g.batch - image), strips = (count * positions + strip - 1) / strip;
    if (index + strips <= from || index >= until) {
      index += strips;
      dOut += <usize>(count * positions) * stride;
      continue;
    }
    let images = x + <usize>image * imageBytes(g);
    if (isPadded(g)) {
      pad(padded, images, count, g);
      images = padded;
    }
    for (let first = 0; first < count * positions; first += strip, index++) {
      const k = min(strip, count * positions - first);
      if (index >= from && index < until) {
        findWindows(addresses, images, first, k, g);
        if (sparse) addSparse(step ? dW : transposed, addresses, dOut, k, g, mode, transposed + <usize>depth * stride);
        else addDense(dW, addresses, dOut, k, g, mode, room, work);
        if (step) dW += step;
        else mode = ADD;
      }
      dOut += <usize>k * stride;
    }
  }
  if (sparse && !step) transpose(dW, transposed, g.outChannels, depth);
}

/** dW (+)= W' G, with W `count` windows, [count, depth], and G their gradients, [count, outChannels]. */
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

import { balanced, MAX_DEPTH, panel } from '../matmul/gemm';
import { packInterleaved } from '../matmul/pack';
import { ADD, BIAS, RELU, TILE_COLS, TILE_ROWS } from '../matmul/tile';
import { areFew, convolveFew, fewWorkspace } from './few';
import { depthOf, Geometry, imageBytes, isPadded, positionsOf, spanBytes } from './geometry';
import { pad } from './pad';
import { findWindows, packWindows } from './patches';
import { groupOf, stripOf } from './strip';

@unmanaged class Wide8 { a: u64; }

const MOST_ROWS: i32 = 512;
const FEWEST_ROWS: i32 = 64;
const SPARE: usize = TILE_ROWS * TILE_COLS << 2;

/** Bytes of `work` for {@link convolve}. */
export function convolveWorkspace(g: Geometry): usize {
  if (areFew(g)) return fewWorkspace(g);
  const strip = stripOf(g, FEWEST_ROWS, MOST_ROWS), rows = <usize>strip, depth = <usize>depthOf(g), panels = <usize>((g.outChannels + 7) >> 3);
  const images = isPadded(g) ? <usize>groupOf(g, strip) * spanBytes(g) : 0;
  return SPARE + (rows << 2) + (rows * depth << 2) + (panels * depth << 5) + images;
}

/** See Ops.convolve in src/ops.ts. `bias` is 0 if there is none. */
export function convolve(out: usize, x: usize, w: usize, g: Geometry, bias: usize, relu: bool, work: usize): void {
  if (areFew(g)) return convolveFew(out, x, w, g, bias, relu, work);
  const rows = stripOf(g, FEWEST_ROWS, MOST_ROWS), group = groupOf(g, rows), positions = positionsOf(g), depth = depthOf(g);
  const addresses = work + SPARE, windows = addresses + (<usize>rows << 2);
  const filters = windows + (<usize>rows * depth << 2);
  const padded = filters + (<usize>((g.outChannels + 7) >> 3) * depth << 5);
  packFilters(filters, w, depth, g.outChannels);
  for (let image = 0; image < g.batch; image += group) {
    const count = min(group, g.batch - image);
    let images = x + <usize>image * imageBytes(g);
    if (isPadded(g)) {
      pad(padded, images, count, g);
      images = padded;
    }
    for (let first = 0; first < count * positions; first += rows) {
      const m = min(rows, count * positions - first);
      findWindows(addresses, images, first, m, g);
      packWindows(windows, addresses, m, g);
      const c = out + ((<usize>image * positions + first) * g.outChannels << 2);
      multiply(c, windows, filters, m, g.outChannels, depth, bias, relu, work);
    }
  }
}

/** Packs the filters into panels of 8, [depth][8] each. The whole batch uses them. */
function packFilters(to: usize, w: usize, depth: i32, n: i32): void {
  for (let j = 0; j < n; j += TILE_COLS) {
    packInterleaved<Wide8>(to, w + (<usize>j << 2), <usize>n << 2, min(TILE_COLS, n - j), depth);
    to += <usize>depth << 5;
  }
}

/** C[m, n] = A B (+ bias) (then relu) of packed matrices. Sums run over the same blocks as in `matmul`, so the bits are the same. */
function multiply(c: usize, a: usize, b: usize, m: i32, n: i32, depth: i32, bias: usize, relu: bool, spare: usize): void {
  const last = (bias ? BIAS : 0) | (relu ? RELU : 0), block = balanced(depth, MAX_DEPTH, 1);
  for (let k = 0; k < depth; k += block) {
    const kn = min(block, depth - k), mode = (k ? ADD : 0) | (k + kn == depth ? last : 0);
    for (let j = 0; j < n; j += TILE_COLS) {
      const at = <usize>j << 2, filters = b + (<usize>(j >> 3) * depth << 5) + (<usize>k << 5);
      panel(
        c + at, a + (<usize>k << 4), <usize>depth << 4, filters, m, min(TILE_COLS, n - j), kn, <usize>n << 2,
        mode, bias + at, spare,
      );
    }
  }
}

import { matmul, matmulWorkspace } from '../matmul/gemm';
import { depthOf, Geometry, isPadded, positionsOf, runOf, spanBytes } from './geometry';
import { pad } from './pad';
import { findWindows, rowBytes } from './patches';

/** With fewer windows than this, packing the filters takes longer than it saves. */
const FEW: i32 = 3;

export function areFew(g: Geometry): bool {
  return g.batch * positionsOf(g) < FEW;
}

/** Bytes of `work` for {@link convolveFew}. */
export function fewWorkspace(g: Geometry): usize {
  return matmulWorkspace() + 16 + (<usize>(FEW * depthOf(g)) << 2) + (isPadded(g) ? <usize>g.batch * spanBytes(g) : 0);
}

/**
 * A convolution that has one or two windows in all. It copies the windows and reads the filters without packing them. Its result has the
 * same bits as {@link convolve}'s.
 */
export function convolveFew(out: usize, x: usize, w: usize, g: Geometry, bias: usize, relu: bool, work: usize): void {
  const addresses = work + matmulWorkspace(), windows = addresses + 16, depth = depthOf(g), count = g.batch * positionsOf(g);
  if (count == 0) return;
  if (isPadded(g)) {
    const padded = windows + (<usize>(FEW * depth) << 2);
    pad(padded, x, g.batch, g);
    x = padded;
  }
  findWindows(addresses, x, 0, count, g);
  const run = <usize>runOf(g) << 2, rowStep = rowBytes(g);
  let to = windows;
  for (let i: usize = 0; i < <usize>count; i++) {
    let from = <usize>load<u32>(addresses + (i << 2));
    for (let y = 0; y < g.windowHeight; y++, to += run, from += rowStep) memory.copy(to, from, run);
  }
  matmul(out, windows, w, count, g.outChannels, depth, false, false, bias, relu, work);
}

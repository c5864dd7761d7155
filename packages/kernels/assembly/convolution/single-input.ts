import { matmul, matmulWorkspace } from '../matmul/gemm';
import { depthOf, Geometry } from './geometry';
import { rowBytes } from './patches';

/*
 * The gradient of an input with one channel and stride 1. Panels of a window's row would be mostly empty here. Instead, it uses that
 * neighbouring windows start one number apart: the gradients of number k of these windows are added to contiguous numbers of the image.
 */

const STRIP: i32 = 32768;

export function isSingle(g: Geometry): bool {
  return g.strideX * g.channels == 1;
}

/** How many rows of outputs are processed at a time. */
export function singleRows(g: Geometry): i32 {
  return max(1, min(g.outHeight, STRIP / (depthOf(g) * g.outWidth)));
}

/** Bytes of `work` for {@link scatterSingle}. */
export function singleWorkspace(g: Geometry): usize {
  return matmulWorkspace() + (<usize>(depthOf(g) * singleRows(g) * g.outWidth) << 2);
}

/** Adds the gradients that come from `rows` rows of outputs, [rows, outWidth, outChannels], to the image that starts at `to`. */
export function scatterSingle(to: usize, dOut: usize, w: usize, rows: i32, g: Geometry, work: usize): void {
  const depth = depthOf(g), positions = rows * g.outWidth, rowStep = rowBytes(g), width = g.outWidth;
  let sums = work + matmulWorkspace();
  matmul(sums, w, dOut, depth, positions, g.outChannels, false, true, 0, false, work);
  for (let ky = 0; ky < g.windowHeight; ky++, to += rowStep) {
    for (let kx = 0; kx < g.windowWidth; kx++) {
      let row = to + (<usize>kx << 2);
      for (let y = 0; y < rows; y++, row += <usize>g.strideY * rowStep, sums += <usize>width << 2) addRow(row, sums, width);
    }
  }
}

// @ts-ignore: decorator
@inline
function addRow(out: usize, x: usize, n: i32): void {
  const end = x + (<usize>n << 2);
  for (const vectors = x + (<usize>(n & ~3) << 2); x != vectors; x += 16, out += 16) {
    v128.store(out, f32x4.add(v128.load(out), v128.load(x)));
  }
  for (; x != end; x += 4, out += 4) store<f32>(out, load<f32>(out) + load<f32>(x));
}

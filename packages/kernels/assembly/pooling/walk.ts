import { Geometry } from '../convolution/geometry';
import { averageWindow, spreadWindow } from './average';
import { largestOfWindow, toLargestOfWindow } from './max';

// The operation at each window, as a type: `sizeof<Kind>()` is a compile-time constant, so the compiler removes branches on it.
type Max = u8;
type MaxBackward = u16;
type Average = u32;
type AverageBackward = u64;

export function maxPool(out: usize, x: usize, g: Geometry): void {
  walk<Max>(out, x, 0, g);
}

/** See Ops.maxPoolBackward in src/ops.ts. It searches the largest element again, because the forward pass does not store it. */
export function maxPoolBackward(dx: usize, dOut: usize, x: usize, g: Geometry): void {
  if (!isTiled(g)) memory.fill(dx, 0, batchBytes(g));
  walk<MaxBackward>(dOut, dx, x, g);
}

export function averagePool(out: usize, x: usize, g: Geometry): void {
  walk<Average>(out, x, 0, g);
}

export function averagePoolBackward(dx: usize, dOut: usize, g: Geometry): void {
  if (!isTiled(g)) memory.fill(dx, 0, batchBytes(g));
  walk<AverageBackward>(dOut, dx, 0, g);
}

/** Whether every pixel is in exactly one window. If so, gradients are stored, else they are added. */
function isTiled(g: Geometry): bool {
  return (
    g.strideY == g.windowHeight && g.strideX == g.windowWidth && g.beforeY == 0 && g.beforeX == 0 &&
    g.outHeight * g.strideY == g.height && g.outWidth * g.strideX == g.width
  );
}

function batchBytes(g: Geometry): usize {
  return (<usize>g.batch * g.height * g.width * g.channels) << 2;
}

/** Visits every window of a batch in order. `at` is its output; `image` and `other` are the starts of two batches of the same shape. */
function walk<Kind>(at: usize, image: usize, other: usize, g: Geometry): void {
  const pixel = <usize>g.channels << 2, rowStep = <usize>g.width * pixel, imageStep = <usize>g.height * rowStep;
  const n = g.channels, add = !isTiled(g), limit = image + <usize>g.batch * imageStep;
  for (let i = 0; i < g.batch; i++, image += imageStep, other += imageStep) {
    for (let oy = 0; oy < g.outHeight; oy++) {
      const y = oy * g.strideY - g.beforeY, top = max(y, 0), rows = min(y + g.windowHeight, g.height) - top;
      for (let ox = 0; ox < g.outWidth; ox++, at += pixel) {
        const x = ox * g.strideX - g.beforeX, left = max(x, 0), columns = min(x + g.windowWidth, g.width) - left;
        const offset = <usize>top * rowStep + <usize>left * pixel, p = image + offset;
        if (sizeof<Kind>() == sizeof<Max>()) largestOfWindow(at, p, rows, columns, rowStep, pixel, n, limit);
        else if (sizeof<Kind>() == sizeof<MaxBackward>()) toLargestOfWindow(p, at, other + offset, rows, columns, rowStep, pixel, n, add);
        else if (sizeof<Kind>() == sizeof<Average>()) averageWindow(at, p, rows, columns, rowStep, pixel, n, limit);
        else spreadWindow(p, at, rows, columns, rowStep, pixel, n, add);
      }
    }
  }
}

import type { PoolGeometry } from '../geometry.js';
import type { ImageOp } from '../image-op.js';
import type { Operand, Ops } from '../ops.js';
import { data } from './operand.js';

type Images = Pick<Ops, ImageOp>;

/** Convolutions and pools as loops over windows. */
export const images: Images = {
  convolve(out, x, w, geometry, { bias, relu = false } = {}) {
    const [, , inputs, outputs] = geometry.filter;
    const [to, from, weights] = [data(out), data(x), data(w)];
    forEachWindow(geometry, out, (at, elements) => {
      for (let o = 0; o < outputs; o++) {
        let sum = bias ? data(bias)[o]! : 0;
        for (const { pixel, tap } of elements)
          for (let i = 0; i < inputs; i++)
            sum += from[pixel * inputs + i]! * weights[(tap * inputs + i) * outputs + o]!;
        to[at * outputs + o] = relu ? Math.max(0, sum) : sum;
      }
    });
  },

  convolveBackward(dx, dOut, w, geometry) {
    const [, , inputs, outputs] = geometry.filter;
    const [to, from, weights] = [data(dx).fill(0), data(dOut), data(w)];
    forEachWindow(geometry, dOut, (at, elements) => {
      for (const { pixel, tap } of elements)
        for (let i = 0; i < inputs; i++)
          for (let o = 0; o < outputs; o++)
            to[pixel * inputs + i]! += from[at * outputs + o]! * weights[(tap * inputs + i) * outputs + o]!;
    });
  },

  convolveGradients(dW, dBias, x, dOut, geometry) {
    const [, , inputs, outputs] = geometry.filter;
    const [to, from, grad] = [data(dW).fill(0), data(x), data(dOut)];
    forEachWindow(geometry, dOut, (at, elements) => {
      for (const { pixel, tap } of elements)
        for (let i = 0; i < inputs; i++)
          for (let o = 0; o < outputs; o++)
            to[(tap * inputs + i) * outputs + o]! += from[pixel * inputs + i]! * grad[at * outputs + o]!;
    });
    if (!dBias) return;
    const sums = data(dBias).fill(0);
    grad.forEach((g, i) => (sums[i % outputs]! += g));
  },

  maxPool(out, x, geometry) {
    const channels = geometry.input[2];
    forEachWindow(geometry, out, (at, elements) => {
      for (let c = 0; c < channels; c++)
        data(out)[at * channels + c] = data(x)[firstLargest(data(x), elements, channels, c)]!;
    });
  },

  maxPoolBackward(dx, dOut, x, geometry) {
    const channels = geometry.input[2];
    const to = data(dx).fill(0);
    forEachWindow(geometry, dOut, (at, elements) => {
      for (let c = 0; c < channels; c++)
        to[firstLargest(data(x), elements, channels, c)]! += data(dOut)[at * channels + c]!;
    });
  },

  averagePool(out, x, geometry) {
    const channels = geometry.input[2];
    forEachWindow(geometry, out, (at, elements) => {
      for (let c = 0; c < channels; c++) {
        const sum = elements.reduce((total, { pixel }) => total + data(x)[pixel * channels + c]!, 0);
        data(out)[at * channels + c] = sum / elements.length;
      }
    });
  },

  averagePoolBackward(dx, dOut, geometry) {
    const channels = geometry.input[2];
    const to = data(dx).fill(0);
    forEachWindow(geometry, dOut, (at, elements) => {
      for (const { pixel } of elements)
        for (let c = 0; c < channels; c++)
          to[pixel * channels + c]! += data(dOut)[at * channels + c]! / elements.length;
    });
  },
};

/** A pixel that a window covers, and its number within the window. Both are in row-major order. */
interface Element {
  readonly pixel: number;
  readonly tap: number;
}

/** Every window of a batch of outputs, by its place in `out`, with the pixels within the image that it covers. */
function forEachWindow(
  { input: [height, width], window, stride, before, output: [rows, columns] }: PoolGeometry,
  { shape: [batch = 1] }: Operand,
  use: (at: number, elements: readonly Element[]) => void,
): void {
  for (let image = 0; image < batch; image++)
    for (let row = 0; row < rows; row++)
      for (let column = 0; column < columns; column++) {
        const elements: Element[] = [];
        for (let i = 0; i < window[0]; i++)
          for (let j = 0; j < window[1]; j++) {
            const [y, x] = [row * stride[0] - before[0] + i, column * stride[1] - before[1] + j];
            if (y >= 0 && y < height && x >= 0 && x < width)
              elements.push({ pixel: (image * height + y) * width + x, tap: i * window[1] + j });
          }
        use((image * rows + row) * columns + column, elements);
      }
}

/** Position of the first largest element of a channel, or of its first NaN if there is one. */
function firstLargest(
  x: Float64Array,
  elements: readonly Element[],
  channels: number,
  channel: number,
): number {
  let best = elements[0]!.pixel * channels + channel;
  for (const { pixel } of elements) {
    const at = pixel * channels + channel;
    if (Number.isNaN(x[best])) return best;
    if (x[at]! > x[best]! || Number.isNaN(x[at])) best = at;
  }
  return best;
}

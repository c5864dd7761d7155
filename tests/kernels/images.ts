import * as fc from 'fast-check';
import { convGeometry, poolGeometry, type ConvGeometry, type Padding, type PoolGeometry } from '@bbb/kernels';

const extent = fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 }));
const stride = fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 }));
const padding = fc.constantFrom<Padding>('valid', 'same');
const extra = fc.tuple(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 9 }));
const channels = fc.oneof(fc.integer({ min: 1, max: 5 }), fc.constantFrom(8, 13, 20));

/** Pools of every kind: windows that overlap, have gaps between them, go beyond the image, or cover it all. */
export const pools: fc.Arbitrary<PoolGeometry> = fc
  .record({ window: extent, stride, padding, extra, channels })
  .map(({ window, stride, padding, extra, channels }) => {
    // With the padding `same`, the image may be smaller than the window.
    const least = padding === 'same' ? [1, 1] : window;
    const input = [least[0]! + extra[0], least[1]! + extra[1], channels] as const;
    return poolGeometry({ input, window, stride, padding });
  });

export const convolutions: fc.Arbitrary<ConvGeometry> = fc
  .tuple(pools, fc.constantFrom(1, 2, 3, 4, 5, 8, 9, 16, 20, 33), padding)
  .map(([{ input, window, stride }, filters, wanted]) => {
    const fits = window[0] <= input[0] && window[1] <= input[1];
    return convGeometry({ input, window, stride, filters, padding: fits ? wanted : 'same' });
  });

export const sizeOf = (shape: readonly number[]): number => shape.reduce((product, n) => product * n, 1);

/** The windows of images as the rows of a matrix, with zeros outside an image. A convolution multiplies this matrix. */
export function windowMatrix(
  x: ArrayLike<number>,
  batch: number,
  { input: [height, width, channels], window, stride, before, output: [rows, columns] }: PoolGeometry,
): Float32Array {
  const out: number[] = [];
  for (let image = 0; image < batch; image++)
    for (let row = 0; row < rows; row++)
      for (let column = 0; column < columns; column++)
        for (let i = 0; i < window[0]; i++)
          for (let j = 0; j < window[1]; j++)
            for (let c = 0; c < channels; c++) {
              const [y, z] = [row * stride[0] - before[0] + i, column * stride[1] - before[1] + j];
              const inside = y >= 0 && y < height && z >= 0 && z < width;
              out.push(inside ? x[((image * height + y) * width + z) * channels + c]! : 0);
            }
  return Float32Array.from(out);
}

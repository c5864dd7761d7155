import { imageDataset, type Dataset, type DatasetSource } from '@bbb/core';
import { loadDataset } from 'mnist-data-loader';
import { z } from 'zod';

export const rotatedOptions = z.strictObject({
  of: z.enum(['mnist', 'fashion-mnist']).default('mnist').describe('The set whose images are turned.'),
  quarters: z.int().min(1).max(3).default(1).describe('Quarter turns, clockwise.'),
});
export type RotatedOptions = z.output<typeof rotatedOptions>;

/** The index in the upright image of the pixel that is at (row, column) after this many clockwise quarter turns. */
function source(row: number, column: number, side: number, quarters: number): number {
  if (quarters === 0) return row * side + column;
  return source(side - 1 - column, row, side, quarters - 1);
}

/** Turns square images. Pixels only change places and none is interpolated, so the bytes are the same on every machine. */
export function turn(images: Uint8Array, side: number, quarters: number): Uint8Array {
  const from = Uint32Array.from({ length: side * side }, (_, i) =>
    source(Math.floor(i / side), i % side, side, quarters),
  );
  const pixels = side * side;
  const turned = new Uint8Array(new SharedArrayBuffer(images.length));
  for (let image = 0; image < images.length; image += pixels) {
    for (let i = 0; i < pixels; i++) turned[image + i] = images[image + from[i]!]!;
  }
  return turned;
}

/** A harder out-of-distribution set than images of another subject, because turned images look almost like those of training. */
export const rotated: DatasetSource<RotatedOptions> = {
  description: 'Images of a known set by quarter turns: out-of-distribution without a second download.',
  options: rotatedOptions,
  async load({ of, quarters }, { dataDir, secondary }): Promise<Dataset> {
    const upright = await loadDataset(of, { dataDir, otherSet: secondary ? 'skip' : 'refuse' });
    const turned = (part: typeof upright.train): typeof upright.train => ({
      ...part,
      images: turn(part.images, upright.rows, quarters),
    });
    return imageDataset({
      ...upright,
      name: `${of}-turned-${90 * quarters}`,
      train: turned(upright.train),
      test: turned(upright.test),
    });
  },
};

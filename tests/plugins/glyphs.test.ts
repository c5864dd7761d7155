import { checkData, checkedDataset, dataId, type Dataset } from '@bbb/core';
import { beforeAll, describe, expect, it } from 'vitest';
import { outlines, TEST_FONTS, TRAIN_FONTS } from '../../packages/plugins/src/datasets/glyphs/fonts.js';
import { glyphs } from '../../packages/plugins/src/datasets/glyphs/glyphs.js';
import { placed, placing, PLACINGS } from '../../packages/plugins/src/datasets/glyphs/place.js';
import { flattened, rasterised, type Polygons } from '../../packages/plugins/src/datasets/glyphs/raster.js';
import { mnist } from '../../packages/plugins/src/datasets/mnist.js';

const square = (from: number, to: number): Polygons[number] => [
  { x: from, y: from },
  { x: to, y: from },
  { x: to, y: to },
  { x: from, y: to },
];

describe('a rasteriser', () => {
  it('covers each pixel by the part of it that is inside', () => {
    expect([...rasterised([square(0.5, 2)], 3)]).toEqual([64, 128, 0, 128, 255, 0, 0, 0, 0]);
    expect([...rasterised([square(-5, 5)], 2)]).toEqual([255, 255, 255, 255]);
  });

  it('fills areas with winding number 2, and leaves areas with winding number 0', () => {
    expect([...rasterised([square(0, 2), square(1, 3)], 3)]).toEqual([
      255, 255, 0, 255, 255, 255, 0, 255, 255,
    ]);
    const hole = rasterised([square(0, 3), square(1, 2).toReversed()], 3);
    expect([...hole]).toEqual([255, 255, 255, 255, 0, 255, 255, 255, 255]);
  });

  it('covers a disc with its area', () => {
    const points = Array.from({ length: 720 }, (_, i) => ({
      x: 14 + 10 * Math.cos((i * Math.PI) / 360),
      y: 14 + 10 * Math.sin((i * Math.PI) / 360),
    }));
    const area = rasterised([points], 28).reduce((sum, byte) => sum + byte / 255, 0);
    expect(Math.abs(area - 100 * Math.PI)).toBeLessThan(0.5);
  });

  it('follows curves with two and three control points', () => {
    const at = { x1: 0, y1: 0, x2: 0, y2: 0 };
    const [points] = flattened([
      { ...at, type: 'M', x: 0, y: 0 },
      { ...at, type: 'Q', x1: 1, y1: 2, x: 2, y: 0 },
      { ...at, type: 'C', x1: 2, y1: -2, x2: 0, y2: -2, x: 0, y: 0 },
    ]);
    expect(points).toHaveLength(17);
    expect(points![4]).toEqual({ x: 1, y: 1 });
    expect(points![12]).toEqual({ x: 1, y: -1.5 });
  });
});

describe('letters', () => {
  let set: Dataset;
  beforeAll(async () => {
    set = checkedDataset('glyphs', await glyphs.load({}, {}));
  });

  it('are the same bytes everywhere', () => {
    expect(set).toMatchObject({ inputShape: [28, 28, 1], train: { count: 1500 }, test: { count: 1500 } });
    expect(dataId(set.sha256)).toBe('80eeb50d482a');
  });

  it('lie within their square, at different positions', () => {
    const ways = Array.from({ length: PLACINGS }, (_, variant) => placing(variant));
    expect(new Set(ways.map((way) => JSON.stringify(way))).size).toBe(PLACINGS);
    for (const way of ways) {
      const points = placed([square(0, 700)], way, 28).flat();
      for (const { x, y } of points) {
        expect(Math.min(x, y)).toBeGreaterThanOrEqual(0);
        expect(Math.max(x, y)).toBeLessThanOrEqual(28);
      }
    }
    const images = Array.from({ length: 1500 }, (_, i) =>
      Buffer.from(set.test.features.subarray(784 * i, 784 * (i + 1))).toString('hex'),
    );
    expect(new Set(images).size).toBe(1500);
  });

  it('of a font are in one part only, and another font file is refused', async () => {
    const names = [...TRAIN_FONTS, ...TEST_FONTS].map(({ name }) => name);
    expect(new Set(names).size).toBe(12);
    await expect(outlines({ ...TRAIN_FONTS[0]!, sha256: '0' }, ['A'])).rejects.toMatchObject({
      code: 'E_DATA_HASH',
    });
    await expect(outlines({ name: 'gone', sha256: '0' }, ['A'])).rejects.toMatchObject({
      code: 'E_DATA_MISSING',
    });
  });

  it('can be distinguished from digits', async () => {
    const digits = await mnist.load({}, {});
    expect(() =>
      checkData(digits, { use: 'mnist', options: {}, validation: 100, divisor: 255 }, set),
    ).not.toThrow();
  });
});

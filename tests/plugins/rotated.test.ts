import { describe, expect, it } from 'vitest';
import { turn } from '../../packages/plugins/src/datasets/rotated.js';
import { rotated } from '../../packages/plugins/src/datasets/rotated.js';

describe('quarter turns', () => {
  const image = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9);

  it('move pixels clockwise', () => {
    expect([...turn(image, 3, 1)]).toEqual([7, 4, 1, 8, 5, 2, 9, 6, 3]);
    expect([...turn(image, 3, 2)]).toEqual([9, 8, 7, 6, 5, 4, 3, 2, 1]);
    expect([...turn(turn(image, 3, 3), 3, 1)]).toEqual([...image]);
  });

  it('keep labels, counts and the sum of all pixels of MNIST', async () => {
    const turned = await rotated.load(rotated.options.parse({}), {});
    expect(turned.name).toBe('mnist-turned-90');
    expect(turned.test.count).toBe(10_000);
    const sum = (pixels: Uint8Array): number => pixels.reduce((a, b) => a + b, 0);
    const pixels = turned.test.features as Uint8Array;
    const back = turn(pixels, 28, 3);
    expect(sum(back)).toBe(sum(pixels));
    expect(Buffer.from(back).equals(pixels)).toBe(false);
  });
});

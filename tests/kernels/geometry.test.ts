import { describe, expect, test } from 'vitest';
import { convGeometry, KernelError, poolGeometry, referenceOps, type PoolOptions } from '@bbb/kernels';

/** Returns the message of an error, and checks its code. */
function refusal(code: string, run: () => void): string {
  try {
    run();
  } catch (error) {
    if (error instanceof KernelError && error.code === code) return error.message;
    throw error;
  }
  throw new Error(`expected ${code}`);
}

describe('geometry of windows', () => {
  // TensorFlow's rule: https://www.tensorflow.org/api_docs/python/tf/nn#notes_on_padding_2
  test.each([
    [28, 5, 1, 'valid', 24, 0],
    [28, 5, 1, 'same', 28, 2],
    [12, 2, 2, 'valid', 6, 0],
    [13, 2, 2, 'valid', 6, 0],
    [13, 2, 2, 'same', 7, 0],
    [7, 3, 2, 'same', 4, 1],
    [8, 3, 2, 'same', 4, 0],
    [2, 5, 1, 'same', 2, 2],
    [5, 1, 3, 'same', 2, 0],
    [5, 5, 9, 'valid', 1, 0],
  ] as const)(
    '%i pixels, window %i, stride %i, %s: %i windows, %i before',
    (size, window, stride, padding, count, before) => {
      const geometry = poolGeometry({ input: [size, size + 1, 3], window: [window, 1], stride, padding });
      expect(geometry.output[0]).toBe(count);
      expect(geometry.before[0]).toBe(before);
      expect(geometry.output[2]).toBe(3);
    },
  );

  test('the default stride of a pool is its window, and of a convolution 1', () => {
    expect(poolGeometry({ input: [6, 6, 1], window: [2, 3] }).output).toEqual([3, 2, 1]);
    const convolution = convGeometry({ input: [6, 6, 2], window: [2, 3], filters: 7 });
    expect(convolution.output).toEqual([5, 4, 7]);
    expect(convolution.filter).toEqual([2, 3, 2, 7]);
  });

  const refused: readonly [PoolOptions, RegExp][] = [
    [{ input: [3, 9, 1], window: 5 }, /window of 5x5 .* image of 3x9 .*padding 'same'/],
    [{ input: [3, 9, 1], window: [2, 10] }, /window of 2x10 .* image of 3x9/],
    [{ input: [0, 9, 1], window: 1 }, /image got the size 0x9x1/],
    [{ input: [4, 4, 1.5], window: 1 }, /image got the size 4x4x1.5/],
    [{ input: [4, 4, 1], window: [2, 0] }, /window got the size 2x0/],
    [{ input: [4, 4, 1], window: 2, stride: -1 }, /stride got the size -1x-1/],
    [{ input: [4, 4, 1], window: 2, stride: NaN }, /stride got the size NaNxNaN/],
  ];
  test.each(refused)('%j is refused', (options, message) => {
    expect(refusal('KERNEL_GEOMETRY', () => poolGeometry(options))).toMatch(message);
    expect(refusal('KERNEL_GEOMETRY', () => convGeometry({ ...options, filters: 2 }))).toMatch(message);
  });

  test('no filters are refused', () => {
    expect(
      refusal('KERNEL_GEOMETRY', () => convGeometry({ input: [4, 4, 1], window: 2, filters: 0 })),
    ).toMatch(/number of filters got the size 0/);
  });

  test('operands that do not fit the geometry are refused before anything is written', () => {
    const ops = referenceOps();
    const geometry = convGeometry({ input: [5, 5, 2], window: 3, filters: 4 });
    const [x, w, out] = [ops.alloc([2, 5, 5, 2]), ops.alloc(geometry.filter), ops.alloc([2, 3, 3, 4])];
    const [gray, few] = [ops.alloc([2, 5, 5, 1]), ops.alloc([1, 3, 3, 4])];
    const cases: readonly [() => void, RegExp][] = [
      [() => ops.convolve(out, gray, w, geometry), /\[2, 5, 5, 1\]. Expected \[2, 5, 5, 2\]/],
      [() => ops.convolve(few, x, w, geometry), /batch of 2 and an output for 1/],
      [() => ops.convolve(out, x, x, geometry), /Expected \[3, 3, 2, 4\]/],
      [() => ops.convolve(out, x, w, geometry, { bias: x }), /bias .* Expected \[4\]/],
      [() => ops.convolve(x, x, w, geometry), /write over its own input/],
      [() => ops.convolveBackward(gray, out, w, geometry), /Expected \[2, 5, 5, 2\]/],
      [() => ops.convolveGradients(x, undefined, x, out, geometry), /Expected \[3, 3, 2, 4\]/],
      [() => ops.convolveGradients(w, x, x, out, geometry), /bias .* Expected \[4\]/],
      [() => ops.maxPoolBackward(x, x, x, geometry), /write over its own input/],
      [
        () => ops.dropout(x, x, 0.5, [1, 2], 7),
        /7 positions .* \[2, 5, 5, 2\]\. Expected a whole number from 1 that divides the 50/,
      ],
      [() => ops.multiplySigns(x, x, [1, 2], 0), /0 positions/],
    ];
    for (const [run, message] of cases) expect(refusal('KERNEL_SHAPE', run)).toMatch(message);
    // Flat operands of the right size are accepted: flattening needs no work.
    ops.convolve(ops.alloc([2, 36]), ops.alloc([2, 50]), ops.alloc([18, 4]), geometry);
  });
});

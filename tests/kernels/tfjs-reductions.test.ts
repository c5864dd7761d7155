import * as fc from 'fast-check';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { installKernels, startTfjs } from '@bbb/kernels';
import { onCpu } from '../support/cpu-reference.js';
import { uniform } from './uniform.js';

beforeAll(async () => {
  await startTfjs();
  await installKernels();
});

const shapes = fc.array(fc.oneof(fc.integer({ min: 1, max: 9 }), fc.constantFrom(0, 17, 33)), {
  minLength: 1,
  maxLength: 4,
});
/** A shape and some of its axes, counted from the start or from the end. Null means all axes. */
const reductions = shapes.chain((shape) =>
  fc.record({
    shape: fc.constant(shape),
    axes: fc.option(
      fc
        .subarray([...shape.keys()], { minLength: 1 })
        .chain((axes) =>
          fc
            .array(fc.boolean(), { minLength: axes.length, maxLength: axes.length })
            .map((fromEnd) => axes.map((axis, i) => (fromEnd[i] ? axis - shape.length : axis))),
        ),
    ),
    keepDims: fc.boolean(),
    nan: fc.boolean(),
  }),
);

/** Numbers in [-1, 1), with a NaN in the middle if `nan` is set. */
function tensor(shape: number[], seed: number, nan = false): tf.Tensor {
  const numbers = uniform(tf.util.sizeFromShape(shape), seed);
  if (nan && numbers.length > 0) numbers[numbers.length >> 1] = NaN;
  return tf.tensor(numbers, shape, 'float32');
}

async function expectAsOnCpu(run: () => tf.Tensor, tolerance: number): Promise<void> {
  const y = run();
  const expected = await onCpu(run);
  expect(y.shape).toEqual(expected.shape);
  const values = y.dataSync();
  const wrong = [...expected.values].filter(
    (e, i) => !(Object.is(e, values[i]) || Math.abs(e - values[i]!) <= tolerance),
  );
  expect(wrong).toEqual([]);
  y.dispose();
}

test('tf.max agrees with the CPU backend: any axes, empty tensors, NaN', async () => {
  await fc.assert(
    fc.asyncProperty(reductions, async ({ shape, axes, keepDims, nan }) => {
      const x = tensor(shape, 1, nan);
      await expectAsOnCpu(() => tf.max(x, axes ?? undefined, keepDims), 0);
      x.dispose();
    }),
    { numRuns: 150 },
  );
});

test('tf.sum agrees with the CPU backend: any axes, empty tensors, NaN', async () => {
  await fc.assert(
    fc.asyncProperty(reductions, async ({ shape, axes, keepDims, nan }) => {
      const x = tensor(shape, 2, nan);
      // tfjs's own kernel, for the middle axes, and ours, for the first axes, add float32 numbers one after the other.
      await expectAsOnCpu(() => tf.sum(x, axes ?? undefined, keepDims), 1e-5 + x.size * 2 ** -23);
      x.dispose();
    }),
    { numRuns: 150 },
  );
});

test('a sum over all of a million numbers is rounded once', () => {
  const numbers = uniform(1_000_003, 3);
  const exact = numbers.reduce((sum, x) => sum + x, 0);
  expect(tf.tidy(() => tf.sum(tf.tensor1d(numbers)).dataSync()[0])).toBe(Math.fround(exact));
});

test('tf.sub agrees with the CPU backend: a number for each row, and other broadcasts', async () => {
  const other = fc.constantFrom('rows', 'columns', 'same', 'scalar', 'grown');
  await fc.assert(
    fc.asyncProperty(shapes, other, fc.boolean(), async (shape, kind, nan) => {
      const small = {
        rows: [...shape.slice(0, -1), 1],
        columns: shape.slice(-1),
        same: shape,
        scalar: [],
        grown: [2, ...shape],
      }[kind];
      const [a, b] = [tensor(shape, 4, nan), tensor(small, 5)];
      await expectAsOnCpu(() => tf.sub(a, b), 0);
      await expectAsOnCpu(() => tf.sub(b, a), 0);
      tf.dispose([a, b]);
    }),
    { numRuns: 100 },
  );
});

test.each([
  ['sum', (x: tf.Tensor) => tf.sum(x, 1)],
  ['max', (x: tf.Tensor) => tf.max(x, 1)],
  ['sub', (x: tf.Tensor) => tf.sub(x, tf.tensor2d([1, 2, 3], [3, 1], 'int32'))],
])('tf.%s of integers is an integer still', async (_, f) => {
  const x = tf.tensor2d([1, 2, 3, 2 ** 20, -5, 6], [3, 2], 'int32');
  const y = tf.tidy(() => f(x));
  expect(y.dtype).toBe('int32');
  expect([...y.dataSync()]).toEqual([...(await onCpu(() => f(x))).values]);
});

test('axes that do not exist are refused with the message of tfjs', async () => {
  const x = tensor([2, 3], 1);
  for (const run of [() => tf.sum(x, 2), () => tf.max(x, -3), () => tf.sum(x, [0, 0.5])]) {
    const words = messageOf(run);
    expect(words).not.toBe('');
    await expect(onCpu(run)).rejects.toThrow(words);
  }
});

describe('tf.logSoftmax, which tfjs computes from other ops', () => {
  // The test replaces tfjs's own kernels of these ops by functions that throw.
  const names = ['Max', 'Sub', 'Exp', 'Sum', 'Log'];

  test('runs only on our kernels', async () => {
    const uninstall = await installKernels();
    uninstall();
    const stock = names.map((name) => tf.getKernel(name, 'wasm'));
    const swap = (kernels: readonly tf.KernelConfig[]): void => {
      for (const kernel of kernels) {
        tf.unregisterKernel(kernel.kernelName, 'wasm');
        tf.registerKernel(kernel);
      }
    };
    const refuse = (name: string) => (): never => {
      throw new Error(`tfjs's own ${name} was called`);
    };
    swap(stock.map((kernel) => ({ ...kernel, kernelFunc: refuse(kernel.kernelName) })));
    try {
      const uninstallAgain = await installKernels();
      const x = tf.tensor2d(uniform(70, 1), [7, 10]);
      const { kernelNames } = await tf.profile(() => tf.logSoftmax(x));
      // Cast of float32 to float32 computes nothing.
      expect(kernelNames.filter((name) => !names.includes(name))).toEqual(['Cast', 'logSoftmax__op']);
      uninstallAgain();
      expect(() => tf.logSoftmax(x)).toThrow("tfjs's own Max was called");
    } finally {
      swap(stock);
      await installKernels();
    }
  });

  test('stays finite if the logarithm of the softmax does not', () => {
    const y = tf.tidy(() => tf.logSoftmax(tf.tensor1d([0, -200, 200])).dataSync());
    expect([...y]).toEqual([-200, -400, 0]);
  });
});

function messageOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof Error) return error.message;
  }
  return '';
}

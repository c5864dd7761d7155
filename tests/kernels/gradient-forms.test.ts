import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it, test } from 'vitest';
import { installKernels, startTfjs } from '@bbb/kernels';
import { gradientNames } from '../../packages/kernels/src/tfjs/gradients/index.js';
import { axesOf, numbersOf, pairsOf } from '../../packages/kernels/src/tfjs/gradients/attributes.js';
import { onCpu } from '../support/cpu-reference.js';
import { uniform } from './uniform.js';

/*
 * Every form of the arguments of every op whose kernel has attributes: a number or a list, left out, negative, kept dimensions,
 * one function per rank. The ops are piecewise linear or smooth. The tests compare each gradient with central differences of
 * the same function on tfjs's CPU backend, coordinate by coordinate.
 */

beforeAll(async () => {
  await startTfjs();
  await installKernels();
});

type Form = readonly [shape: number[], ...fs: ((x: tf.Tensor) => tf.Tensor)[]];

const indices = (values: number[], shape = [values.length]): tf.Tensor => tf.tensor(values, shape, 'int32');
const image = (x: tf.Tensor): tf.Tensor4D => x as tf.Tensor4D;
const ramp = (size: number): tf.Tensor1D => tf.linspace(-0.8, 1.1, size);
const filter = (inputs: number): tf.Tensor4D => tf.reshape(ramp(12 * inputs), [3, 2, inputs, 2]);
const backFilter = (inputs: number): tf.Tensor4D => tf.reshape(ramp(6 * inputs), [3, 2, 1, inputs]);
/** Parts with different weights, so that exchanged parts are found. */
const weighed = (parts: tf.Tensor[]): tf.Tensor => tf.addN(parts.map((part, i) => tf.mul(part, i + 1)));
/** Reductions by axis: all forms that a reduction takes. */
const reduced = (f: (x: tf.Tensor, axis?: number | number[], keep?: boolean) => tf.Tensor): Form => [
  [3, 4, 2],
  (x) => f(x),
  (x) => f(x, undefined, true),
  ...[0, 1, 2, -1, -2, -3, [0], [1], [-1], [0, 1], [1, 2], [0, 2], [2, 0], [-1, 0], [0, 1, 2]].flatMap(
    (axis) => [(x: tf.Tensor) => f(x, axis), (x: tf.Tensor) => f(x, axis, true)],
  ),
];

const forms: Record<string, readonly Form[]> = {
  Reverse: [
    [
      [3, 4],
      (x) => tf.reverse(x),
      ...[0, 1, -1, -2, [0], [1], [-1], [0, 1], [1, -2]].map((axis) => (x: tf.Tensor) => tf.reverse(x, axis)),
    ],
    [
      [2, 3, 2],
      (x) => tf.reverse(x),
      (x) => tf.reverse(x, 1),
      (x) => tf.reverse3d(x as tf.Tensor3D, -1),
      (x) => tf.reverse3d(x as tf.Tensor3D, [0, 2]),
    ],
    [[3, 4], (x) => tf.reverse2d(x as tf.Tensor2D), (x) => tf.reverse2d(x as tf.Tensor2D, 0)],
    [[1, 2, 3, 2], (x) => tf.reverse4d(x as tf.Tensor4D), (x) => tf.reverse4d(x as tf.Tensor4D, [1, 3])],
    [[5], (x) => tf.reverse(x), (x) => tf.reverse1d(x as tf.Tensor1D)],
  ],
  Slice: [
    [
      [4, 5],
      (x) => tf.slice(x, 1),
      (x) => tf.slice(x, 1, 2),
      (x) => tf.slice(x, 0),
      (x) => tf.slice(x, [1]),
      (x) => tf.slice(x, [1], 2),
      (x) => tf.slice(x, [1], [2]),
      (x) => tf.slice(x, [1, 2]),
      (x) => tf.slice(x, [1, 2], [2]),
      (x) => tf.slice(x, [1, 2], [2, -1]),
      (x) => tf.slice(x, [1, 2], -1),
      (x) => tf.slice(x, 3, -1),
      (x) => tf.slice2d(x as tf.Tensor2D, [1, 1], [2, 3]),
    ],
    [
      [6],
      (x) => tf.slice(x, 2),
      (x) => tf.slice(x, 2, 3),
      (x) => tf.slice1d(x as tf.Tensor1D, 1, 4),
      (x) => tf.slice(x, [2], [-1]),
    ],
    [
      [3, 2, 2],
      (x) => tf.slice(x, 1),
      (x) => tf.slice(x, [0, 1]),
      (x) => tf.slice3d(x as tf.Tensor3D, [1, 0, 1], [2, 2, 1]),
    ],
  ],
  Transpose: [
    [[3, 4], (x) => tf.transpose(x), (x) => tf.transpose(x, [1, 0]), (x) => tf.transpose(x, [0, 1])],
    [[2, 3, 4], (x) => tf.transpose(x), (x) => tf.transpose(x, [1, 2, 0]), (x) => tf.transpose(x, [0, 2, 1])],
    [[3], (x) => tf.transpose(x)],
  ],
  Tile: [
    [[2, 3], (x) => tf.tile(x, [1, 1]), (x) => tf.tile(x, [3, 1]), (x) => tf.tile(x, [2, 2])],
    [[3], (x) => tf.tile(x, [4]), (x) => tf.broadcastTo(x, [2, 3])],
    [[1, 3, 1], (x) => tf.broadcastTo(x, [2, 3, 4])],
  ],
  Concat: [
    [
      [3, 4],
      ...[0, 1, -1, -2].map((axis) => (x: tf.Tensor) => tf.concat([x, tf.mul(x, 2), x], axis)),
      (x) => tf.concat([x, x]),
      (x) => tf.concat2d([x as tf.Tensor2D, x as tf.Tensor2D], 1),
    ],
    [[3], (x) => tf.concat1d([x as tf.Tensor1D, tf.mul(x, 2)])],
    [[2, 2, 2], (x) => tf.concat3d([x as tf.Tensor3D, x as tf.Tensor3D], 2)],
  ],
  Pack: [
    [
      [2, 3],
      (x) => tf.stack([x, tf.mul(x, 2)]),
      ...[0, 1, 2, -1].map((axis) => (x: tf.Tensor) => tf.stack([x, tf.mul(x, 2)], axis)),
    ],
  ],
  Unpack: [
    [
      [3, 2],
      (x) => weighed(tf.unstack(x)),
      ...[0, 1, -1, -2].map((axis) => (x: tf.Tensor) => weighed(tf.unstack(x, axis))),
    ],
  ],
  SplitV: [
    [
      [4, 6],
      (x) => weighed(tf.split(x, 2)),
      ...[0, 1, -1, -2].map((axis) => (x: tf.Tensor) => weighed(tf.split(x, 2, axis))),
    ],
    [
      [4, 6],
      (x) => weighed(tf.split(x, [2, 2, 2], -1)),
      (x) => tf.split(x, [1, 3])[1]!,
      (x) => weighed(tf.split(x, [3, -1], 1)),
    ],
  ],
  PadV2: [
    [[3], (x) => tf.pad1d(x as tf.Tensor1D, [1, 2]), (x) => tf.pad(x, [[0, 2]], 7)],
    [
      [2, 3],
      (x) =>
        tf.pad2d(x as tf.Tensor2D, [
          [1, 0],
          [0, 2],
        ]),
      (x) =>
        tf.pad(x, [
          [0, 0],
          [0, 0],
        ]),
    ],
  ],
  GatherV2: [
    [
      [4, 3],
      (x) => tf.gather(x, indices([2, 0, 2])),
      (x) => tf.gather(x, indices([1], [])),
      ...[0, 1, -1, -2].map((axis) => (x: tf.Tensor) => tf.gather(x, indices([2, 0, 2, 1], [2, 2]), axis)),
    ],
    [[5], (x) => tf.gather(x, indices([4, 4, 0]))],
  ],
  UnsortedSegmentSum: [
    [[4, 3], (x) => tf.unsortedSegmentSum(x, indices([1, 0, 1, -1]) as tf.Tensor1D, 3)],
    [[4], (x) => tf.unsortedSegmentSum(x, indices([1, 0, 1, 2]) as tf.Tensor1D, 3)],
  ],
  Sum: [reduced(tf.sum), [[], (x) => tf.sum(x)], [[5], (x) => tf.sum(x, 0), (x) => tf.sum(x, -1, true)]],
  Mean: [reduced(tf.mean), [[5], (x) => tf.mean(x, 0), (x) => tf.mean(x, [-1], true)]],
  Max: [reduced(tf.max), [[5], (x) => tf.max(x), (x) => tf.max(x, -1)]],
  Min: [reduced(tf.min), [[5], (x) => tf.min(x), (x) => tf.min(x, -1)]],
  // The cumsum of tfjs does not support negative axes.
  Cumsum: [
    [
      [3, 4],
      (x) => tf.cumsum(x),
      ...[0, 1].flatMap((axis) =>
        [false, true].flatMap((exclusive) =>
          [false, true].map((reverse) => (x: tf.Tensor) => tf.cumsum(x, axis, exclusive, reverse)),
        ),
      ),
    ],
    [[4], (x) => tf.cumsum(x), (x) => tf.cumsum(x, 0, true)],
  ],
  Softmax: [
    [[3, 5], (x) => tf.softmax(x), (x) => tf.softmax(x, 1), (x) => tf.softmax(x, -1)],
    [[4], (x) => tf.softmax(x), (x) => tf.softmax(x, 0)],
  ],
  LogSoftmax: [[[3, 5], (x) => tf.logSoftmax(x), (x) => tf.logSoftmax(x, 1), (x) => tf.logSoftmax(x, -1)]],
  Reshape: [
    [[3, 4], (x) => tf.reshape(x, [-1]), (x) => tf.reshape(x, [2, -1]), (x) => tf.reshape(x, [2, 3, 2])],
    [[1, 3, 1], (x) => tf.squeeze(x), (x) => tf.squeeze(x, [0]), (x) => tf.squeeze(x, [-1])],
  ],
  ExpandDims: [
    [
      [3, 4],
      (x) => tf.expandDims(x),
      ...[0, 1, 2, -1, -2, -3].map((axis) => (x: tf.Tensor) => tf.expandDims(x, axis)),
    ],
  ],
  ClipByValue: [
    [
      [9],
      (x) => tf.clipByValue(x, -0.5, 0.7),
      (x) => tf.clipByValue(x, -Infinity, 0),
      (x) => tf.clipByValue(x, 0, Infinity),
    ],
  ],
  LeakyRelu: [[[9], (x) => tf.leakyRelu(x), (x) => tf.leakyRelu(x, 0), (x) => tf.leakyRelu(x, 0.7)]],
  Step: [[[7], (x) => tf.mul(tf.step(x), x), (x) => tf.mul(tf.step(x, 0.3), x)]],
  Cast: [[[3], (x) => tf.cast(x, 'float32')]],
  Select: [
    [
      [3, 4],
      (x) => tf.where(tf.tensor1d([1, 0, 1, 0], 'bool'), x, tf.mul(x, 2)),
      (x) => tf.where(tf.tensor([1], [1], 'bool'), x, tf.scalar(2)),
    ],
    [
      [4],
      (x) =>
        tf.where(
          tf.tensor2d(
            [
              [1, 0, 1, 0],
              [0, 0, 1, 1],
            ],
            [2, 4],
            'bool',
          ),
          x,
          tf.neg(x),
        ),
    ],
    [[], (x) => tf.where(tf.tensor1d([1, 0], 'bool'), x, tf.mul(x, 3))],
  ],
  OneHot: [
    [
      [3, 2],
      (x) => tf.mul(x, tf.oneHot(indices([0, 1, 1]), 2)),
      (x) => tf.mul(x, tf.oneHot(indices([0, 1, 1]), 2, 5, -1)),
    ],
  ],
  Prelu: [[[3, 4], (x) => tf.prelu(x, tf.scalar(0.3)), (x) => tf.prelu(tf.mul(x, 2), tf.slice(x, 0, 1))]],
  BatchMatMul: [
    [
      [3, 3],
      ...[false, true].flatMap((ta) =>
        [false, true].map((tb) => (x: tf.Tensor) => tf.matMul(x, tf.add(x, 1), ta, tb)),
      ),
      (x) => tf.matMul(x, x),
      (x) => tf.dot(x, x),
    ],
    [
      [2, 3, 3],
      (x) => tf.matMul(x, tf.slice(x, 0, 1), true),
      (x) => tf.matMul(tf.slice(x, 0, 1), x, false, true),
    ],
    [[4], (x) => tf.dot(x, tf.mul(x, 2)), (x) => tf.outerProduct(x as tf.Tensor1D, x as tf.Tensor1D)],
  ],
  Conv2D: [
    [
      [1, 4, 4, 2],
      (x) => tf.conv2d(image(x), filter(2), 1, 'valid'),
      (x) => tf.conv2d(image(x), filter(2), 2, 'same'),
      (x) => tf.conv2d(image(x), filter(2), [1, 2], 'same'),
      (x) => tf.conv2d(image(x), filter(2), [2, 1], 'valid', 'NHWC', 1),
      (x) => tf.conv2d(image(x), filter(2), 1, 1),
      (x) => tf.conv2d(image(x), filter(2), 2, 1, 'NHWC', [1, 1], 'floor'),
    ],
    [[4, 4, 2], (x) => tf.conv2d(x as tf.Tensor3D, filter(2), 1, 'same')],
    [[3, 2, 1, 2], (x) => tf.conv2d(image(tf.ones([1, 4, 4, 1])), x as tf.Tensor4D, 1, 'same')],
    [[1, 6, 2], (x) => tf.conv1d(x as tf.Tensor3D, tf.reshape(ramp(12), [3, 2, 2]), 2, 'same')],
    [[6, 2], (x) => tf.conv1d(x as tf.Tensor2D, tf.reshape(ramp(12), [3, 2, 2]), 1, 'valid')],
  ],
  Conv2DBackpropInput: [
    [
      [1, 2, 2, 2],
      (x) => tf.conv2dTranspose(image(x), backFilter(2), [1, 4, 4, 1], 2, 'same'),
      (x) => tf.conv2dTranspose(image(x), backFilter(2), [1, 4, 3, 1], [1, 1], 'valid'),
    ],
    [[2, 2, 2], (x) => tf.conv2dTranspose(x as tf.Tensor3D, backFilter(2), [4, 4, 1], [2, 2], 'same')],
  ],
  MaxPool: [
    [
      [1, 4, 5, 1],
      (x) => tf.maxPool(image(x), 2, 1, 'valid'),
      (x) => tf.maxPool(image(x), [2, 3], [1, 2], 'same'),
      (x) => tf.maxPool(image(x), [2, 2], 2, 1),
      (x) => tf.maxPool(image(x), 3, 2, 1, 'floor'),
      (x) => tf.pool(image(x), 2, 'max', 'valid'),
    ],
    [[4, 5, 1], (x) => tf.maxPool(x as tf.Tensor3D, 2, [2, 1], 'same')],
  ],
  AvgPool: [
    [
      [1, 4, 5, 1],
      (x) => tf.avgPool(image(x), 2, 1, 'valid'),
      (x) => tf.avgPool(image(x), [2, 3], [1, 2], 'same'),
      (x) => tf.avgPool(image(x), [2, 2], 2, 1),
      (x) => tf.avgPool(image(x), 3, 2, 1, 'floor'),
      (x) => tf.pool(image(x), [2, 2], 'avg', 'same', 1, [1, 2]),
    ],
    [[4, 5, 1], (x) => tf.avgPool(x as tf.Tensor3D, 2, [2, 1], 'same')],
  ],
  _FusedMatMul: [
    [
      [3, 3],
      ...(['linear', 'relu', 'relu6', 'elu', 'sigmoid', 'leakyrelu'] as const).flatMap((activation) =>
        [false, true].map(
          (transpose) => (x: tf.Tensor) =>
            tf.fused.matMul({
              a: x,
              b: tf.add(x, 1),
              transposeA: transpose,
              transposeB: !transpose,
              activation,
              ...(activation === 'leakyrelu' ? { leakyreluAlpha: 0.3 } : {}),
              ...(transpose ? { bias: tf.reshape(tf.slice(x, 0, 1), [3]) } : {}),
            }),
        ),
      ),
      (x) => tf.fused.matMul({ a: x, b: x }),
    ],
  ],
};

/** Kernels without attributes: every call has the same form, which gradients.test.ts checks. */
const PLAIN = [
  'Abs',
  'Atan',
  'Cos',
  'Cosh',
  'Elu',
  'Erf',
  'Exp',
  'Expm1',
  'Log',
  'Log1p',
  'Neg',
  'Reciprocal',
  'Relu',
  'Relu6',
];
PLAIN.push(
  'Rsqrt',
  'Sigmoid',
  'Sin',
  'Sinh',
  'Softplus',
  'Sqrt',
  'Square',
  'Tan',
  'Tanh',
  'Ceil',
  'Floor',
  'Round',
  'Sign',
);
PLAIN.push('OnesLike', 'ZerosLike', 'Identity', 'AddN');
const PAIRS = [
  'Add',
  'Sub',
  'Multiply',
  'RealDiv',
  'Pow',
  'Maximum',
  'Minimum',
  'Mod',
  'SquaredDifference',
] as const;

test('every kernel with a gradient is one of these', () => {
  const all = [...Object.keys(forms).filter((name) => name !== '_FusedMatMul'), ...PLAIN, ...PAIRS];
  expect(all.toSorted()).toEqual([...gradientNames].toSorted());
});

/** Values that are so far from each other and from the kinks of the ops above that a step of `H` crosses no kink. */
function spreadOut(size: number, seed: number): Float32Array {
  const order = uniform(size, seed);
  const rank = [...order.keys()].toSorted((i, j) => order[i]! - order[j]!);
  const values = new Float32Array(size);
  rank.forEach((place, i) => (values[place] = (3 * (i + 0.37)) / size - 1.5));
  return values;
}
const H = 1 / 128;

async function compare(shape: number[], f: (x: tf.Tensor) => tf.Tensor, seed: number): Promise<void> {
  const size = tf.util.sizeFromShape(shape);
  const values = spreadOut(size, seed);
  const x = tf.tensor(values, shape);
  const before = tf.memory().numTensors;
  const y = tf.tidy(() => f(x));
  const weights = uniform(y.size, seed + 1);
  const shapeOf = y.shape;
  y.dispose();
  const loss = (at: tf.Tensor): tf.Scalar => tf.sum(tf.mul(f(at), tf.tensor(weights, shapeOf)));
  const gradient = tf.grad(loss)(x);
  expect(gradient.shape).toEqual(shape);
  const exact = await gradient.data();
  gradient.dispose();
  expect(tf.memory().numTensors).toBe(before);
  // All steps run in one switch to the other backend.
  const { values: numeric } = await onCpu(() =>
    tf.stack(
      Array.from(values, (_, i) => {
        const at = (by: number): tf.Tensor => f(tf.tensor(values.with(i, values[i]! + by), shape));
        // Subtract before summing, because the difference is much smaller than the values.
        return tf.sum(tf.mul(tf.div(tf.sub(at(H), at(-H)), 2 * H), tf.tensor(weights, shapeOf)));
      }),
    ),
  );
  const worst = Math.max(
    ...exact.map((value, i) => Math.abs(value - numeric[i]!) / Math.max(1, Math.abs(numeric[i]!))),
  );
  expect(worst).toBeLessThan(4e-3);
  x.dispose();
}

/** The name as it is written above: the test runner renames imports. */
const titleOf = (f: (x: tf.Tensor) => tf.Tensor): string =>
  f.toString().replaceAll(/__vite_\w+?__\./g, 'tf.');

describe.each(Object.entries(forms))('%s', (_, entries) => {
  it.each(entries.flatMap(([shape, ...fs]) => fs.map((f) => [titleOf(f), shape, f] as const)))(
    '%s of %j',
    async (_text, shape, f) => compare(shape, f, 7),
  );
});

describe.each(PAIRS)('%s broadcasts', (name) => {
  const ops = {
    Add: tf.add,
    Sub: tf.sub,
    Multiply: tf.mul,
    RealDiv: tf.div,
    Pow: tf.pow,
    Maximum: tf.maximum,
  };
  const f = { ...ops, Minimum: tf.minimum, Mod: tf.mod, SquaredDifference: tf.squaredDifference }[name];
  const shapes = [
    [[2, 3], [3]],
    [[3], [2, 3]],
    [[2, 3], []],
    [[], [2, 3]],
    [
      [2, 1],
      [1, 3],
    ],
    [
      [2, 3],
      [2, 1],
    ],
    [[1], [2]],
  ];
  it.each(shapes)('from %j and %j', async (a, b) => {
    // Values away from 0 and from each other, where quotients, powers, ties and remainders have kinks.
    const left = (x: tf.Tensor): tf.Tensor => tf.add(tf.mul(x, 0.1), 1.2);
    const right = tf.reshape(tf.linspace(0.71, 0.83, tf.util.sizeFromShape(b)), b);
    const other = tf.reshape(tf.linspace(0.71, 0.83, tf.util.sizeFromShape(a)), a);
    await compare(a, (x) => f(left(x), right), 3);
    await compare(b, (x) => f(other, left(x)), 4);
  });
});

test('an attribute in an unknown form is an error', () => {
  for (const odd of ['0', {}, [[0]], ['1']]) expect(() => axesOf(odd, [2, 3])).toThrow(/Expected a number/);
  for (const odd of [undefined, 1, ['1']]) expect(() => numbersOf(odd)).toThrow(/Expected a number/);
  for (const odd of [undefined, 1, [1], [[1]]]) expect(() => pairsOf(odd)).toThrow(/Expected a number/);
});

/**
 * f and f''. For exp, sigmoid, tanh and elu, tfjs computes the gradient from y, and has no gradient of that
 * gradient.
 */
const twice: Record<string, [f: (x: tf.Tensor) => tf.Tensor, second: (x: number) => number]> = {
  Sqrt: [tf.sqrt, (x) => -1 / (4 * x * Math.sqrt(x))],
  Expm1: [tf.expm1, Math.exp],
  Reciprocal: [tf.reciprocal, (x) => 2 / (x * x * x)],
  Rsqrt: [tf.rsqrt, (x) => 0.75 / (x * x * Math.sqrt(x))],
  Log: [tf.log, (x) => -1 / (x * x)],
  Log1p: [tf.log1p, (x) => -1 / ((1 + x) * (1 + x))],
  Square: [tf.square, () => 2],
  Sin: [tf.sin, (x) => -Math.sin(x)],
  Cos: [tf.cos, (x) => -Math.cos(x)],
};

test.each(Object.entries(twice))('the gradient of the gradient of %s', (_, [f, second]) => {
  const points = [0.3, 0.7, 1.9];
  const gradient = tf.grad((x: tf.Tensor) => tf.sum(tf.grad((y: tf.Tensor) => tf.sum(f(y)))(x)));
  const found = [...gradient(tf.tensor1d(points)).dataSync()];
  found.forEach((value, i) => expect(value / second(points[i]!)).toBeCloseTo(1, 4));
});

import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { installKernels, startTfjs } from '@bbb/kernels';
import { gradientNames } from '../../packages/kernels/src/tfjs/gradients/index.js';

beforeAll(async () => {
  await startTfjs();
  await installKernels();
});

type Inputs = readonly (readonly number[])[];
type Case = readonly [shapes: Inputs, f: (...x: tf.Tensor[]) => tf.Tensor, low?: number, high?: number];

/** One function for each kernel with a gradient. Inputs are drawn from [low, high], by default [-1.5, 1.5]. */
const cases: Record<string, Case | readonly Case[]> = {
  Abs: [[[7]], tf.abs],
  Atan: [[[7]], tf.atan],
  Ceil: [[[7]], (x) => tf.add(tf.ceil(x), x)],
  ClipByValue: [[[9]], (x) => tf.clipByValue(x, -0.5, 0.7)],
  Cos: [[[7]], tf.cos],
  Cosh: [[[7]], tf.cosh],
  Elu: [[[9]], tf.elu],
  Erf: [[[7]], tf.erf],
  Exp: [[[2, 4]], tf.exp],
  Expm1: [[[7]], tf.expm1],
  Floor: [[[7]], (x) => tf.add(tf.floor(x), x)],
  LeakyRelu: [[[9]], (x) => tf.leakyRelu(x, 0.3)],
  Log: [[[7]], tf.log, 0.2, 3],
  Log1p: [[[7]], tf.log1p, -0.5, 3],
  Neg: [[[7]], tf.neg],
  OnesLike: [[[3]], (x) => tf.mul(tf.onesLike(x), x)],
  Reciprocal: [[[7]], tf.reciprocal, 0.3, 2],
  Relu: [[[9]], tf.relu],
  Relu6: [[[12]], tf.relu6, -3, 9],
  Round: [[[7]], (x) => tf.add(tf.round(x), x)],
  Rsqrt: [[[7]], tf.rsqrt, 0.3, 2],
  Sigmoid: [[[7]], tf.sigmoid],
  Sign: [[[7]], (x) => tf.mul(tf.sign(x), x)],
  Sin: [[[7]], tf.sin],
  Sinh: [[[7]], tf.sinh],
  Softplus: [[[7]], tf.softplus],
  Sqrt: [[[7]], tf.sqrt, 0.3, 2],
  Square: [[[7]], tf.square],
  Step: [[[7]], (x) => tf.mul(tf.step(x, 0.5), x)],
  Tan: [[[7]], tf.tan, -1, 1],
  Tanh: [[[7]], tf.tanh],
  ZerosLike: [[[3]], (x) => tf.add(tf.zerosLike(x), x)],
  Add: [[[3, 4], [4]], tf.add],
  AddN: [[[3], [3], [3]], (...x) => tf.addN(x)],
  Sub: [
    [
      [2, 1, 3],
      [4, 1],
    ],
    tf.sub,
  ],
  Multiply: [
    [
      [3, 1],
      [1, 4],
    ],
    tf.mul,
  ],
  RealDiv: [[[3, 4], []], tf.div, 0.4, 2],
  Pow: [[[3, 4], [4]], tf.pow, 0.4, 2],
  Maximum: [[[3, 4], [4]], tf.maximum],
  Minimum: [
    [
      [3, 4],
      [3, 1],
    ],
    tf.minimum,
  ],
  Mod: [[[5], [1]], (a, b) => tf.mod(a, tf.add(b, 3))],
  SquaredDifference: [[[3, 4], [4]], tf.squaredDifference],
  Prelu: [[[3, 4], [4]], tf.prelu],
  Select: [
    [
      [3, 4],
      [3, 4],
    ],
    (a, b) => tf.where(tf.greater(tf.reshape(tf.range(0, 12), [3, 4]), 5), a, b),
  ],
  Sum: [
    [[[3, 4]], (x) => tf.sum(x)],
    [[[3, 4, 2]], (x) => tf.sum(x, [0, 2])],
    [[[3, 4]], (x) => tf.sum(x, 1, true)],
  ],
  Mean: [
    [[[3, 4]], (x) => tf.mean(x)],
    [[[3, 4, 2]], (x) => tf.mean(x, [0, -1])],
  ],
  Max: [
    [[[3, 4]], (x) => tf.max(x)],
    [[[3, 4, 2]], (x) => tf.max(x, [0, 2])],
  ],
  Min: [[[3, 4]], (x) => tf.min(x, 0, true)],
  Cumsum: [
    [[[3, 4]], (x) => tf.cumsum(x, 0)],
    [[[3, 4]], (x) => tf.cumsum(x, 1, true, true)],
  ],
  Softmax: [[[3, 5]], (x) => tf.softmax(x)],
  LogSoftmax: [[[3, 5]], (x) => tf.logSoftmax(x)],
  Reshape: [[[3, 4]], (x) => tf.reshape(x, [2, 6])],
  ExpandDims: [[[3, 4]], (x) => tf.expandDims(x, 1)],
  Identity: [[[3]], tf.clone],
  Cast: [[[3]], (x) => tf.cast(x, 'float32')],
  Transpose: [[[2, 3, 4]], (x) => tf.transpose(x, [2, 0, 1])],
  Reverse: [[[3, 4]], (x) => tf.reverse(x, [1])],
  Tile: [
    [[[2, 3]], (x) => tf.tile(x, [2, 4])],
    [[[2, 1, 3]], (x) => tf.tile(x, [1, 5, 2])],
    [[[1, 3]], (x) => tf.broadcastTo(x, [4, 3])],
  ],
  Concat: [
    [
      [
        [2, 3],
        [2, 1],
        [2, 2],
      ],
      (...x) => tf.concat(x, 1),
    ],
    [
      [
        [1, 3],
        [2, 3],
      ],
      (...x) => tf.concat(x, 0),
    ],
  ],
  Pack: [
    [
      [2, 3],
      [2, 3],
    ],
    (...x) => tf.stack(x, 1),
  ],
  Unpack: [[[3, 2]], (x) => tf.addN(tf.unstack(x, 0).map((part, i) => tf.mul(part, i + 1)))],
  SplitV: [[[4, 6]], (x) => tf.addN(tf.split(x, [2, 2, 2], 1).map((part, i) => tf.mul(part, i + 1)))],
  Slice: [[[4, 5]], (x) => tf.slice(x, [1, 2], [2, -1])],
  PadV2: [
    [[2, 3]],
    (x) =>
      tf.pad(x, [
        [1, 2],
        [0, 1],
      ]),
  ],
  GatherV2: [
    [[[4, 3]], (x) => tf.gather(x, tf.tensor1d([2, 0, 2, 3, 2], 'int32'))],
    [
      [[2, 4, 3]],
      (x) =>
        tf.gather(
          x,
          tf.tensor2d(
            [
              [2, 0],
              [2, 1],
            ],
            [2, 2],
            'int32',
          ),
          1,
        ),
    ],
  ],
  UnsortedSegmentSum: [[[5, 3]], (x) => tf.unsortedSegmentSum(x, tf.tensor1d([1, 0, 1, -1, 2], 'int32'), 4)],
  OneHot: [[[3, 2]], (x) => tf.mul(x, tf.oneHot(tf.tensor1d([0, 1, 1], 'int32'), 2))],
  Conv2D: [
    [
      [
        [2, 5, 6, 3],
        [3, 2, 3, 4],
      ],
      (x, w) => tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, [2, 1], 'same'),
    ],
    [
      [
        [2, 7, 6, 1],
        [3, 3, 1, 2],
      ],
      (x, w) => tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 1, 'valid'),
    ],
  ],
  Conv2DBackpropInput: [
    [
      [2, 3, 3, 4],
      [3, 2, 3, 4],
    ],
    (y, w) => tf.conv2dTranspose(y as tf.Tensor4D, w as tf.Tensor4D, [2, 6, 5, 3], [2, 2], 'same'),
  ],
  MaxPool: [[[2, 5, 6, 3]], (x) => tf.maxPool(x as tf.Tensor4D, [3, 2], [2, 1], 'same')],
  AvgPool: [
    [[[2, 5, 6, 3]], (x) => tf.avgPool(x as tf.Tensor4D, [3, 2], [2, 1], 'same')],
    [[[1, 6, 6, 5]], (x) => tf.avgPool(x as tf.Tensor4D, 2, 2, 'valid')],
  ],
  BatchMatMul: [
    [
      [
        [3, 4],
        [4, 2],
      ],
      (a, b) => tf.matMul(a, b),
    ],
    [
      [
        [4, 3],
        [4, 2],
      ],
      (a, b) => tf.matMul(a, b, true, false),
    ],
    [
      [
        [3, 4],
        [2, 4],
      ],
      (a, b) => tf.matMul(a, b, false, true),
    ],
    [
      [
        [4, 3],
        [2, 4],
      ],
      (a, b) => tf.matMul(a, b, true, true),
    ],
    [
      [
        [5, 3, 4],
        [5, 4, 2],
      ],
      (a, b) => tf.matMul(a, b),
    ],
    [
      [
        [5, 3, 4],
        [1, 2, 4],
      ],
      (a, b) => tf.matMul(a, b, false, true),
    ],
    [
      [
        [5, 4, 3],
        [4, 2],
      ],
      (a, b) => tf.matMul(a, b, true, false),
    ],
  ],
};

const fused: Case[] = (['linear', 'relu', 'sigmoid', 'elu'] as const).map((activation) => [
  [[3, 4], [4, 5], [5]],
  (a, b, bias) => tf.fused.matMul({ a, b, bias, activation }),
]);

let state = 1;
const uniform = (low: number, high: number): number => {
  state = Math.imul(state, 1664525) + 1013904223;
  return low + ((state >>> 8) / 2 ** 24) * (high - low);
};
const draw = (shape: readonly number[], low: number, high: number): tf.Tensor => {
  const size = tf.util.sizeFromShape([...shape]);
  return tf.tensor(
    Array.from({ length: size }, () => uniform(low, high)),
    [...shape],
    'float32',
  );
};

/** The derivative along a random direction, from tf.grads and from central differences. */
function alongDirection([shapes, f, low = -1.5, high = 1.5]: Case): { exact: number; numeric: number } {
  const x = shapes.map((shape) => draw(shape, low, high));
  const direction = shapes.map((shape) => draw(shape, -1, 1));
  const weights = tf.tidy(() => draw(f(...x).shape, -1, 1));
  const objective = (...inputs: tf.Tensor[]): tf.Scalar => tf.sum(tf.mul(f(...inputs), weights));
  const gradients = tf.grads(objective)(x);
  const dot = tf.tidy(
    () => tf.addN(gradients.map((g, i) => tf.sum(tf.mul(g, direction[i]!)))).dataSync()[0]!,
  );
  const h = 1 / 256;
  const shifted = (by: number) =>
    tf.tidy(() => objective(...x.map((each, i) => tf.add(each, tf.mul(direction[i]!, by)))).dataSync()[0]!);
  const numeric = (shifted(h) - shifted(-h)) / (2 * h);
  tf.dispose([x, direction, weights, gradients]);
  return { exact: dot, numeric };
}

const isCase = (entry: Case | readonly Case[]): entry is Case => typeof entry[1] === 'function';
const table = [
  ...Object.entries(cases).flatMap(([name, entry]) =>
    (isCase(entry) ? [entry] : entry).map((one) => [name, one] as const),
  ),
  ...fused.map((one) => ['_FusedMatMul', one] as const),
];

const leaked: number[] = [];

test.each(table)('%s: the gradient agrees with finite differences', (_, one) => {
  const before = tf.memory().numTensors;
  // With a kink within the step, both gradients are right but differ. Such a draw is rare, and three in a row do not happen.
  const agrees = Array.from({ length: 3 }, () => alongDirection(one)).some(
    ({ exact, numeric }) => Math.abs(exact - numeric) <= 3e-3 * Math.max(1, Math.abs(numeric)),
  );
  expect(agrees).toBe(true);
  leaked.push(tf.memory().numTensors - before);
});

test('every registered gradient is in the table', () => {
  expect(Object.keys(cases).sort()).toEqual([...gradientNames].sort());
});

test('variableGrads trains: a step against the gradient lowers the loss', () => {
  const w = tf.variable(draw([4, 3], -1, 1));
  const x = draw([8, 4], -1, 1);
  const labels = tf.oneHot(tf.tensor1d([0, 1, 2, 0, 1, 2, 0, 1], 'int32'), 3);
  const loss = (): tf.Scalar => tf.losses.softmaxCrossEntropy(labels, tf.matMul(x, w));
  const { value, grads } = tf.variableGrads(loss);
  const [gradient] = Object.values(grads);
  w.assign(tf.sub(w, tf.mul(gradient!, 0.1)));
  expect(loss().dataSync()[0]).toBeLessThan(value.dataSync()[0]!);
});

afterAll(() => expect(leaked.filter((count) => count !== 0)).toEqual([]));

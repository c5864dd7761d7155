import {
  architectureOf,
  BbbError,
  countWeights,
  fold,
  isLinear,
  rootKey,
  sizeOf,
  startBackend,
  uniform,
  type Layer,
  type LinearLayer,
  type Shape,
} from '@bbb/core';
import { referenceOps, type Operand, type Ops, type Padding } from '@bbb/kernels';
import {
  averagePool,
  cnn,
  conv2d,
  dense,
  flatten,
  layerSchema,
  layersOf,
  maxPool,
  mlp,
  relu,
  tanh,
} from '@bbb/plugins';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';

const KEY = rootKey(51);
const BATCH = 3;
const BOTH: [string, Ops, number][] = [
  ['float64', referenceOps(), 1e-12],
  ['WebAssembly', await startBackend(), 1e-5],
];

const numbers = (name: string, count: number): Float64Array =>
  Float64Array.from(uniform(fold(KEY, name), count, -1, 1));

function operand(ops: Ops, shape: Shape, values?: ArrayLike<number>): Operand {
  const made = ops.alloc(shape);
  if (values) ops.write(made, values);
  return made;
}

function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>, within: number): void {
  expect(actual.length).toBe(expected.length);
  for (let i = 0; i < actual.length; i++)
    expect(Math.abs(actual[i]! - expected[i]!), `element ${i}`).toBeLessThan(
      within * (1 + Math.abs(expected[i]!)),
    );
}

/** A layer as a function of plain arrays, for one example. */
type Naive = (x: ArrayLike<number>, weight: ArrayLike<number>, bias: ArrayLike<number>) => number[];

/** The part of the image that a window covers if it begins at `start`. */
const within = (start: number, size: number, length: number): number[] =>
  Array.from({ length: size }, (_, k) => start + k).filter((at) => at >= 0 && at < length);

/** Windows along an axis by TensorFlow's rule: their number, and how much of the first one is before the image. */
function windows(
  length: number,
  size: number,
  stride: number,
  padding: Padding,
): { count: number; before: number } {
  if (padding === 'valid') return { count: Math.floor((length - size) / stride) + 1, before: 0 };
  const count = Math.ceil(length / stride);
  return { count, before: Math.floor(Math.max(0, (count - 1) * stride + size - length) / 2) };
}

interface Windows {
  readonly size: readonly [number, number];
  readonly stride: readonly [number, number];
  readonly padding: Padding;
}

/** Calls `visit` with each output position and the image positions in its window. */
function eachWindow(
  [height, width]: Shape,
  { size, stride, padding }: Windows,
  visit: (cells: { row: number; column: number; i: number; j: number }[]) => void,
): void {
  const [rows, columns] = [0, 1].map((a) => windows([height!, width!][a]!, size[a]!, stride[a]!, padding));
  for (let r = 0; r < rows!.count; r++) {
    for (let c = 0; c < columns!.count; c++) {
      const [top, left] = [r * stride[0] - rows!.before, c * stride[1] - columns!.before];
      visit(
        within(top, size[0], height!).flatMap((row) =>
          within(left, size[1], width!).map((column) => ({ row, column, i: row - top, j: column - left })),
        ),
      );
    }
  }
}

function naiveConvolution(inShape: Shape, filters: number, windowed: Windows): Naive {
  const [, width, channels] = inShape as [number, number, number];
  return (x, weight, bias) => {
    const out: number[] = [];
    eachWindow(inShape, windowed, (cells) => {
      for (let f = 0; f < filters; f++) {
        let sum = bias[f]!;
        for (const { row, column, i, j } of cells)
          for (let c = 0; c < channels; c++)
            sum +=
              x[(row * width + column) * channels + c]! *
              weight[((i * windowed.size[1] + j) * channels + c) * filters + f]!;
        out.push(sum);
      }
    });
    return out;
  };
}

function naivePool(inShape: Shape, windowed: Windows, of: (values: number[]) => number): Naive {
  const [, width, channels] = inShape as [number, number, number];
  return (x) => {
    const out: number[] = [];
    eachWindow(inShape, windowed, (cells) => {
      for (let c = 0; c < channels; c++)
        out.push(of(cells.map(({ row, column }) => x[(row * width + column) * channels + c]!)));
    });
    return out;
  };
}

const mean = (values: number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
const naiveDense =
  (outputs: number): Naive =>
  (x, weight, bias) =>
    Array.from({ length: outputs }, (_, o) =>
      Array.from(x).reduce((sum, value, i) => sum + value * weight[i * outputs + o]!, bias[o]!),
    );

const IMAGE = [5, 4, 2] as const;
const window = (size: Windows['size'], stride: Windows['stride'], padding: Padding): Windows => ({
  size,
  stride,
  padding,
});
const CASES: [string, Layer, Naive][] = [
  ['dense', dense(0, [4], 3), naiveDense(3)],
  ['dense on an image', dense(0, IMAGE, 2, 2), naiveDense(2)],
  ...[
    window([3, 3], [1, 1], 'valid'),
    window([2, 3], [1, 1], 'same'),
    window([3, 2], [2, 1], 'valid'),
    window([3, 3], [2, 2], 'same'),
    window([5, 4], [1, 1], 'valid'),
    window([1, 1], [1, 1], 'valid'),
  ].map(({ size, stride, padding }): [string, Layer, Naive] => [
    `conv2d ${size.join('x')}, stride ${stride.join('x')}, ${padding}`,
    conv2d(0, IMAGE, { filters: 3, kernel: size, stride, padding }),
    naiveConvolution(IMAGE, 3, { size, stride, padding }),
  ]),
  ...[
    window([2, 2], [2, 2], 'valid'),
    window([3, 2], [1, 2], 'valid'),
    window([2, 3], [2, 2], 'same'),
  ].flatMap((windowed): [string, Layer, Naive][] => {
    const title = `${windowed.size.join('x')}, stride ${windowed.stride.join('x')}, ${windowed.padding}`;
    return [
      [`max-pool ${title}`, maxPool(IMAGE, windowed), naivePool(IMAGE, windowed, (v) => Math.max(...v))],
      [`average-pool ${title}`, averagePool(IMAGE, windowed), naivePool(IMAGE, windowed, mean)],
    ];
  }),
  ['flatten', flatten(IMAGE), (x) => [...(x as Float64Array)]],
  ['relu', relu(IMAGE), (x) => Array.from(x, (value) => Math.max(0, value))],
  ['tanh', tanh(IMAGE), (x) => Array.from(x, Math.tanh)],
];

/** Central differences of sum(dOut * out) in each element of `values`, which `forward` reads. */
function slopes(values: Float64Array, forward: () => number[][], dOut: ArrayLike<number>): Float64Array {
  const cost = (): number =>
    forward()
      .flat()
      .reduce((sum, value, i) => sum + value * dOut[i]!, 0);
  return values.map((value, i) => {
    const at = (h: number): number => {
      values[i] = value + h;
      const found = cost();
      values[i] = value;
      return found;
    };
    return (at(1e-4) - at(-1e-4)) / 2e-4;
  });
}

describe.each(CASES)('%s', (_title, layer, naive) => {
  const [inputs, outputs] = [sizeOf(layer.inShape), sizeOf(layer.outShape)];
  const x = numbers('x', BATCH * inputs);
  const weight = numbers('weight', layer.weight ? sizeOf(layer.weight.shape) : 0);
  const bias = numbers('bias', layer.bias ? sizeOf(layer.bias.shape) : 0);
  const forward = (): number[][] =>
    Array.from({ length: BATCH }, (_, r) => naive(x.subarray(r * inputs, (r + 1) * inputs), weight, bias));
  const dOut = numbers('dOut', BATCH * outputs);

  it.each(BOTH)('agrees with naive loops, forward and backward, on %s ops', (_name, ops, tolerance) => {
    const [input, out, grad, dx] = [
      operand(ops, [BATCH, inputs], x),
      operand(ops, [BATCH, outputs]),
      operand(ops, [BATCH, outputs], dOut),
      operand(ops, [BATCH, inputs]),
    ];
    // Finite differences have an error of their own.
    const back = Math.max(tolerance, 1e-7);
    if (isLinear(layer)) {
      const [w, b] = [operand(ops, layer.weight.shape, weight), operand(ops, layer.bias.shape, bias)];
      layer.forward(ops, out, input, w, b);
      expectClose(ops.read(out), forward().flat(), tolerance);
      layer.forward(ops, out, input, w, b, true);
      expectClose(
        ops.read(out),
        forward()
          .flat()
          .map((value) => Math.max(0, value)),
        tolerance,
      );
      layer.forward(ops, out, input, w);
      const without = forward()
        .flat()
        .map((value, i) => value - bias[i % bias.length]!);
      expectClose(ops.read(out), without, tolerance);
      layer.backward(ops, dx, grad, w);
      const [dWeight, dBias] = [ops.alloc(layer.weight.shape), ops.alloc(layer.bias.shape)];
      layer.gradients(ops, dWeight, dBias, input, grad);
      expectClose(ops.read(dWeight), slopes(weight, forward, dOut), back);
      expectClose(ops.read(dBias), slopes(bias, forward, dOut), back);
    } else {
      layer.forward(ops, out, input);
      expectClose(ops.read(out), forward().flat(), tolerance);
      layer.backward(ops, dx, grad, input, out);
    }
    expectClose(ops.read(dx), slopes(x, forward, dOut), back);
  });
});

describe('a list of layers', () => {
  const list = (inShape: Shape, layers: z.input<typeof layerSchema>[]) =>
    layersOf(inShape, z.array(layerSchema).parse(layers));
  const shapes = (layers: readonly Layer[]) => layers.map(({ outShape }) => outShape);

  it('gives each layer the shape of the one before it', () => {
    const layers = list(
      [9, 7, 3],
      [
        { kind: 'conv2d', filters: 4, kernel: [3, 2], stride: 2 },
        { kind: 'tanh' },
        { kind: 'average-pool', size: 2, stride: 1 },
        { kind: 'conv2d', filters: 5, kernel: 3, padding: 'same' },
        { kind: 'max-pool', size: 2, padding: 'same' },
        { kind: 'flatten' },
        { kind: 'dense', units: 6 },
      ],
    );
    expect(shapes(layers)).toEqual([[4, 3, 4], [4, 3, 4], [3, 2, 4], [3, 2, 5], [2, 1, 5], [10], [6]]);
    const linear = layers.filter(isLinear);
    expect(linear.map(({ weight }) => [weight.name, weight.shape, weight.fanIn, weight.inputUnits])).toEqual([
      ['layers.0.weight', [3, 2, 3, 4], 18, 3],
      ['layers.1.weight', [3, 3, 4, 5], 36, 4],
      // Each channel of the image is one input unit of the dense layer.
      ['layers.2.weight', [10, 6], 10, 5],
    ]);
    expect(linear.map(({ bias }) => bias.shape)).toEqual([[4], [5], [6]]);
  });

  it('is LeNet-5 by default, with 431,080 weights for 28 x 28 images of 10 classes', () => {
    const lenet = cnn.create(cnn.options.parse({}), { inputShape: [28, 28, 1], outputs: 10 });
    expect(shapes(lenet.layers)).toEqual([
      [24, 24, 20],
      [24, 24, 20],
      [12, 12, 20],
      [8, 8, 50],
      [8, 8, 50],
      [4, 4, 50],
      [800],
      [500],
      [500],
      [10],
    ]);
    expect(lenet.weights.map(({ shape }) => sizeOf(shape))).toEqual([
      500, 20, 25_000, 50, 400_000, 500, 5000, 10,
    ]);
    expect(countWeights(lenet)).toBe(431_080);
    const paper = mlp.create(
      { hidden: [1200, 1200], activation: 'relu' },
      { inputShape: [28, 28, 1], outputs: 10 },
    );
    expect(countWeights(paper)).toBe(784 * 1200 + 1200 + 1200 * 1200 + 1200 + 12_000 + 10);
  });

  const create = (inputShape: Shape, layers: z.input<typeof layerSchema>[]) => () =>
    cnn.create(cnn.options.parse({ layers }), { inputShape, outputs: 2 });
  it.each<[string, () => unknown, RegExp]>([
    [
      'a kernel larger than its image',
      create([4, 4, 1], [{ kind: 'conv2d', filters: 2, kernel: 5 }]),
      /"conv2d" does not fit its input of 4 x 4 x 1: a window of 5x5 does not fit an image of 4x4/,
    ],
    [
      'a kernel larger than the output of the layer before',
      create(
        [6, 6, 1],
        [
          { kind: 'conv2d', filters: 2, kernel: 5 },
          { kind: 'max-pool', size: 3 },
        ],
      ),
      /"max-pool" does not fit its input of 2 x 2 x 2: a window of 3x3 does not fit an image of 2x2/,
    ],
    [
      'a convolution of a row of numbers',
      create([13], [{ kind: 'conv2d', filters: 2, kernel: 1 }]),
      /"conv2d" takes images, but gets inputs of shape 13\./,
    ],
    [
      'a pool after a dense layer',
      create(
        [4, 4, 1],
        [
          { kind: 'dense', units: 8 },
          { kind: 'max-pool', size: 2 },
        ],
      ),
      /"max-pool" takes images, but gets inputs of shape 8\./,
    ],
    [
      'layers in a row that do not fit each other',
      () => architectureOf([4], [dense(0, [4], 3), dense(1, [5], 2)]),
      /"dense" takes inputs of shape 5, but gets 3\./,
    ],
    ['no layer with weights', () => architectureOf([4], [relu([4])]), /needs a layer with weights/],
    ['no layer at all', () => architectureOf([4], []), /needs a layer with weights/],
    [
      'an activation for its last layer',
      () => architectureOf([4], [dense(0, [4], 3), tanh([3])]),
      /The last layer of a network must have weights; "tanh" has none\./,
    ],
  ])('is refused with %s', (_title, make, message) => {
    expect(make).toThrow(message);
    expect(make).toThrow(expect.objectContaining({ code: 'E_NETWORK', hint: expect.any(String) }));
    expect(make).toThrow(BbbError);
  });

  it.each([
    [{ kind: 'conv3d' }, /kind/],
    [{ kind: 'dense' }, /units/],
    [{ kind: 'dense', units: 0 }, /units/],
    [{ kind: 'relu', slope: 0.1 }, /slope/],
    [{ kind: 'max-pool', size: [2, 2, 2] }, /size/],
    [{ kind: 'conv2d', filters: 4, kernel: 3, padding: 'full' }, /padding/],
  ])('is refused with %j, with the name of the option', (layer, message) => {
    expect(() => cnn.options.parse({ layers: [layer] })).toThrow(message);
  });

  it('may be the last layer of a network if it is a convolution; its outputs are those of the network', () => {
    const last: LinearLayer = conv2d(0, [3, 3, 1], {
      filters: 2,
      kernel: [3, 3],
      stride: [1, 1],
      padding: 'valid',
    });
    expect(architectureOf([3, 3, 1], [last]).outputs).toBe(2);
  });
});

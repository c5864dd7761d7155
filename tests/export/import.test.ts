import * as tf from '@tensorflow/tfjs-core';
import * as layers from '@tensorflow/tfjs-layers';
import {
  allExamples,
  BbbError,
  createRegistry,
  decodeSafetensors,
  encodeSafetensors,
  openTrial,
  predictWith,
  rootKey,
  startBackend,
  uniform,
  type Dataset,
  type SafeTensor,
  type Uncertainty,
} from '@bbb/core';
import { importKeras, importStateDict, parseKeras, type ImportedNetwork } from '@bbb/export';
import builtIns from '@bbb/plugins';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tinyDataset, tinyTrial } from '../support/tiny-trial.js';
import { fillWeights } from '../../packages/cli/src/network/imported.js';
import { registerCpu } from '../support/cpu-reference.js';

const registry = createRegistry([builtIns]);
const [SIDE, CLASSES, COUNT] = [8, 3, 20];

/** Images with random bytes. */
function images(channels: number): Dataset {
  const part = (count: number, seed: number) => ({
    count,
    features: Uint8Array.from(uniform(rootKey(seed), count * SIDE * SIDE * channels, 0, 255)),
    targets: Uint8Array.from({ length: count }, (_, i) => i % CLASSES),
  });
  return {
    ...tinyDataset('cnn'),
    inputShape: [SIDE, SIDE, channels],
    target: { kind: 'class', classes: CLASSES },
    train: part(COUNT, 1),
    test: part(COUNT, 2),
  };
}

/** The predictions of bbb for the imported network, by class. */
async function predicted({ layers: all, weights }: ImportedNetwork, dataset: Dataset, divisor: number) {
  const ops = await startBackend();
  const { network: _network, ...trial } = tinyTrial('cnn', { use: 'sgd', options: {} });
  const preprocessing = { input: { kind: 'divide', divisor } } as const;
  const { inputShape, target } = dataset;
  const open = openTrial(
    { ...trial, network: { use: 'cnn', options: { layers: all.slice(0, -1) } } },
    { inputShape, target, preprocessing },
    { registry, ops },
  );
  const params = open.model.init(rootKey(0));
  fillWeights(ops, open, params, { layers: all, weights });
  const examples = allExamples(dataset.test, dataset, preprocessing);
  const prediction = predictWith({ ops, ...open }, params, examples, { predict: 'mean' }, rootKey(0));
  open.trainer.dispose();
  return (prediction as Uncertainty).probabilities;
}

function expectClose(found: ArrayLike<number>, expected: ArrayLike<number>): void {
  expect(found.length).toBe(expected.length);
  Array.from(found).forEach((value, i) => expect(Math.abs(value - expected[i]!)).toBeLessThan(2e-5));
}

describe('a layers model', () => {
  let before: string;
  beforeAll(() => {
    registerCpu();
    before = tf.getBackend();
  });
  afterAll(() => tf.setBackend(before || 'wasm'));

  /** The files that tfjs saves, and the predictions of tfjs. */
  async function saved(stack: readonly layers.layers.Layer[], x: tf.Tensor) {
    await tf.setBackend('cpu');
    const model = layers.sequential({ layers: [...stack] });
    let artifacts: tf.io.ModelArtifacts | undefined;
    await model.save(
      tf.io.withSaveHandler((made) => {
        artifacts = made;
        return Promise.resolve({ modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } });
      }),
    );
    const y = Float32Array.from((model.predict(x) as tf.Tensor).dataSync());
    const { modelTopology, weightSpecs, weightData } = artifacts!;
    const json = JSON.stringify({
      format: 'layers-model',
      modelTopology,
      weightsManifest: [{ paths: ['weights.bin'], weights: weightSpecs }],
    });
    return { json, weights: new Uint8Array(weightData as ArrayBuffer), y };
  }

  it('that tfjs saved gives the same predictions in bbb', async () => {
    await tf.setBackend('cpu');
    const dataset = images(2);
    const seeded = (seed: number) => layers.initializers.glorotNormal({ seed });
    const x = tf.tensor4d(Float32Array.from(dataset.test.features), [COUNT, SIDE, SIDE, 2]);
    const { json, weights, y } = await saved(
      [
        layers.layers.rescaling({ scale: 1 / 255, inputShape: [SIDE, SIDE, 2] }),
        layers.layers.conv2d({
          filters: 4,
          kernelSize: [3, 2],
          padding: 'same',
          activation: 'relu',
          kernelInitializer: seeded(1),
          biasInitializer: layers.initializers.randomNormal({ seed: 2 }),
        }),
        layers.layers.maxPooling2d({ poolSize: 2 }),
        layers.layers.conv2d({
          filters: 5,
          kernelSize: 2,
          strides: 2,
          useBias: false,
          kernelInitializer: seeded(3),
        }),
        layers.layers.activation({ activation: 'tanh' }),
        layers.layers.averagePooling2d({ poolSize: 2, strides: 1, padding: 'same' }),
        layers.layers.flatten(),
        layers.layers.dropout({ rate: 0.5 }),
        layers.layers.dense({ units: 6, activation: 'relu', kernelInitializer: seeded(4) }),
        layers.layers.dense({
          units: CLASSES,
          activation: 'softmax',
          kernelInitializer: seeded(5),
          biasInitializer: layers.initializers.randomNormal({ seed: 6 }),
        }),
      ],
      x,
    );
    const network = importKeras(parseKeras(json), weights);
    expect(network.inputShape).toEqual([SIDE, SIDE, 2]);
    expect(network.divisor).toBeCloseTo(255, 9);
    expectClose(await predicted(network, dataset, network.divisor!), y);
  });

  const small = () => {
    return {
      modelTopology: {
        class_name: 'Sequential',
        config: {
          layers: [
            {
              class_name: 'Dense',
              config: { name: 'a', units: 2, activation: 'relu', batch_input_shape: [null, 3] },
            },
            { class_name: 'Dense', config: { name: 'b', units: 2 } },
          ] as { class_name: string; config: Record<string, unknown> }[],
        },
      },
      weightsManifest: [
        {
          paths: ['w.bin'],
          weights: [
            { name: 'a/kernel', shape: [3, 2], dtype: 'float32' },
            { name: 'a/bias', shape: [2], dtype: 'float32' },
            {
              name: 'x/b/kernel:0',
              shape: [2, 2],
              dtype: 'float32',
              quantization: { dtype: 'uint8', scale: 0.5, min: -1 },
            },
            { name: 'x/b/bias:0', shape: [2], dtype: 'float32', quantization: { dtype: 'float16' } },
          ],
        },
      ],
    };
  };
  const bytes = (): Uint8Array => {
    const all = new Uint8Array(24 + 8 + 4 + 4);
    const view = new DataView(all.buffer);
    [1, 2, 3, 4, 5, 6, 7, 8].forEach((value, i) => view.setFloat32(4 * i, value, true));
    all.set([0, 1, 2, 255], 32);
    // 1.5 and the smallest positive float16 number.
    view.setUint16(36, 0x3e00, true);
    view.setUint16(38, 0x0001, true);
    return all;
  };

  it("may have weights in fewer bits, and names that begin with the model's name", () => {
    const { weights } = importKeras(parseKeras(JSON.stringify(small())), bytes());
    expect([...weights['layers.0.weight']!]).toEqual([1, 2, 3, 4, 5, 6]);
    expect([...weights['layers.1.weight']!]).toEqual([-1, -0.5, 0, 126.5]);
    expect([...weights['layers.1.bias']!]).toEqual([1.5, 2 ** -24]);
  });

  it.each([
    ['a path to another folder', '"w.bin"', '"../w.bin"', /name of a file beside it/],
    ['another class', '"Sequential"', '"Functional"', /Functional/],
    [
      'a layer that bbb does not have',
      '"class_name":"Dense","config":{"name":"b"',
      '"class_name":"LSTM","config":{"name":"b"',
      /LSTM/,
    ],
    ['another activation', '"relu"', '"gelu"', /a configuration that bbb does not support/],
    [
      'units that are not those of the weight',
      '"units":2,"activation"',
      '"units":3,"activation"',
      /has the shape/,
    ],
    ['a tensor larger than its file', '[3,2]', '[3000,2000]', /too early/],
    ['a tensor larger than any', '[3,2]', '[60000000,60000]', /elements/],
    ['a missing weight', '"a/bias"', '"c/bias"', /is missing/],
    ['a weight twice', '"a/bias"', '"a/kernel"', /twice/],
    ['a negative size', '[3,2]', '[-3,2]', /not a layers model/],
    ['another type', '"dtype":"float32"}', '"dtype":"string"}', /type string/],
  ])('is refused for %s', (_what, from, to, expected) => {
    const json = JSON.stringify(small()).replace(from, to);
    expect(() => importKeras(parseKeras(json), bytes())).toThrow(expected);
  });

  it('of any bytes and any JSON is accepted, or refused with a code', () => {
    const text = JSON.stringify(small());
    const edit = fc.record({
      at: fc.nat(text.length - 1),
      put: fc.constantFrom('', '0', '-', '"', '{', ']', 'null', '1e9', 'x'),
    });
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 3 }), fc.nat(60), (edits, length) => {
        let json = text;
        for (const { at, put } of edits) json = json.slice(0, at) + put + json.slice(at + 1);
        try {
          importKeras(parseKeras(json), bytes().subarray(0, length));
        } catch (error) {
          expect(error).toBeInstanceOf(BbbError);
          expect((error as BbbError).code).toBe('E_IMPORT');
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('a state dict', () => {
  const tensor = (shape: number[], seed: number): SafeTensor => {
    const size = shape.reduce((a, b) => a * b, 1);
    return {
      dtype: 'F32',
      shape,
      data: uniform(rootKey(seed), size, -0.4, 0.4) as Float32Array<ArrayBuffer>,
    };
  };
  // Two convolutions on 8 x 8 x 2: padding gives 8 x 8, the pool 4 x 4, then 2 x 2, and the pool 1 x 1. So 4 numbers are left.
  const lenet: Record<string, SafeTensor> = {
    'conv1.weight': tensor([3, 2, 3, 3], 1),
    'conv1.bias': tensor([3], 2),
    'conv2.weight': tensor([4, 3, 3, 3], 3),
    'conv2.bias': tensor([4], 4),
    'fc1.weight': tensor([6, 4], 5),
    'fc1.bias': tensor([6], 6),
    'fc2.weight': tensor([CLASSES, 6], 7),
    'fc2.bias': tensor([CLASSES], 8),
  };

  /** The computation of PyTorch, written out: channels first, weights [out, in]. */
  function reference(x: number[][][]): number[] {
    const conv = (image: number[][][], weight: SafeTensor, bias: SafeTensor, pad: number): number[][][] => {
      const [out, channels, rows, cols] = weight.shape as [number, number, number, number];
      const [height, width] = [
        image[0]!.length + 2 * pad - rows + 1,
        image[0]![0]!.length + 2 * pad - cols + 1,
      ];
      return Array.from({ length: out }, (_, o) =>
        Array.from({ length: height }, (_, y) =>
          Array.from({ length: width }, (_, z) => {
            let sum = Number(bias.data[o]);
            for (let c = 0; c < channels; c++)
              for (let i = 0; i < rows; i++)
                for (let j = 0; j < cols; j++)
                  sum +=
                    Number(weight.data[((o * channels + c) * rows + i) * cols + j]) *
                    (image[c]![y + i - pad]?.[z + j - pad] ?? 0);
            return sum;
          }),
        ),
      );
    };
    const pooled = (image: number[][][]): number[][][] =>
      image.map((plane) =>
        Array.from({ length: Math.floor(plane.length / 2) }, (_, y) =>
          Array.from({ length: Math.floor(plane[0]!.length / 2) }, (_, z) =>
            Math.max(
              0,
              plane[2 * y]![2 * z]!,
              plane[2 * y]![2 * z + 1]!,
              plane[2 * y + 1]![2 * z]!,
              plane[2 * y + 1]![2 * z + 1]!,
            ),
          ),
        ),
      );
    const dense = (values: number[], weight: SafeTensor, bias: SafeTensor): number[] =>
      Array.from({ length: weight.shape[0]! }, (_, o) =>
        values.reduce(
          (sum, v, i) => sum + v * Number(weight.data[o * values.length + i]),
          Number(bias.data[o]),
        ),
      );
    const one = pooled(conv(x, lenet['conv1.weight']!, lenet['conv1.bias']!, 1));
    const two = pooled(conv(one, lenet['conv2.weight']!, lenet['conv2.bias']!, 0));
    const hidden = dense(two.flat(2), lenet['fc1.weight']!, lenet['fc1.bias']!).map((v) => Math.max(0, v));
    const logits = dense(hidden, lenet['fc2.weight']!, lenet['fc2.bias']!);
    const exps = logits.map(Math.exp);
    return exps.map((e) => e / exps.reduce((a, b) => a + b));
  }

  const channelsFirst = ({ test, inputShape }: Dataset, row: number): number[][][] => {
    const [height, width, channels] = inputShape as [number, number, number];
    return Array.from({ length: channels }, (_, c) =>
      Array.from({ length: height }, (_, y) =>
        Array.from(
          { length: width },
          (_, z) => test.features[((row * height + y) * width + z) * channels + c]! / 255,
        ),
      ),
    );
  };

  it('like that of LeNet gives the same predictions in bbb', async () => {
    const dataset = images(2);
    const network = importStateDict(lenet, { inputShape: dataset.inputShape });
    expect(network.layers.map(({ kind }) => kind)).toEqual([
      'conv2d',
      'relu',
      'max-pool',
      'conv2d',
      'relu',
      'max-pool',
      'flatten',
      'dense',
      'relu',
      'dense',
    ]);
    const expected = Array.from({ length: COUNT }, (_, row) => reference(channelsFirst(dataset, row))).flat();
    expectClose(await predicted(network, dataset, 255), expected);
  });

  it('of a convolution before a linear layer is converted to channels last', async () => {
    const dataset = images(2);
    // Without the second convolution, the flattened image is 4 x 4 with three channels.
    const dict = { ...lenet, 'fc1.weight': tensor([6, 48], 9) };
    delete (dict as Record<string, SafeTensor>)['conv2.weight'];
    delete (dict as Record<string, SafeTensor>)['conv2.bias'];
    const network = importStateDict(dict, { inputShape: dataset.inputShape });
    const weight = network.weights['layers.1.weight']!;
    // PyTorch's element c 16 + y 4 + x is our element (y 4 + x) 3 + c.
    for (const [c, y, x, o] of [
      [0, 0, 1, 2],
      [2, 3, 1, 5],
      [1, 2, 0, 0],
    ] as const)
      expect(weight[((y * 4 + x) * 3 + c) * 6 + o]).toBe(
        Number(dict['fc1.weight'].data[o * 48 + c * 16 + y * 4 + x]),
      );
  });

  it('has its layers in the order of their numbers', () => {
    const dict = Object.fromEntries(
      [10, 2, 0].flatMap((n, i) => [[`net.${n}.weight`, tensor([3 + i, n === 10 ? 4 : n === 2 ? 5 : 7], n)]]),
    );
    const { layers: all } = importStateDict(dict, { inputShape: [7] });
    expect(
      all.filter(({ kind }) => kind === 'dense').map((layer) => (layer as { units: number }).units),
    ).toEqual([5, 4, 3]);
  });

  it.each([
    ['a tensor that bbb has no use for', { 'bn.running_mean': tensor([3], 1) }, /can't use the tensor/],
    ['a layer norm', { 'norm.weight': tensor([3], 1) }, /has the shape/],
    ['a layer that does not fit', { 'fc9.weight': tensor([4, 99], 1) }, /takes 99 numbers/],
    ['a convolution that does not fit', { 'conv0.weight': tensor([9, 5, 3, 3], 1) }, /no padding/],
    [
      'whole numbers',
      {
        'fc2.bias': {
          dtype: 'I64',
          shape: [CLASSES],
          data: new BigInt64Array(CLASSES),
        } as unknown as SafeTensor,
      },
      /type I64/,
    ],
    [
      'NaN',
      {
        'fc2.bias': {
          dtype: 'F32',
          shape: [CLASSES],
          data: new Float32Array(CLASSES).fill(Number.NaN),
        } as SafeTensor,
      },
      /not finite/,
    ],
  ])('is refused for %s', (_what, more, expected) => {
    expect(() => importStateDict({ ...lenet, ...more }, { inputShape: [SIDE, SIDE, 2] })).toThrow(expected);
  });

  it('of any bytes is accepted, or refused with a code', () => {
    const whole = encodeSafetensors(lenet, {});
    const edit = fc.record({ at: fc.nat(whole.length - 1), to: fc.nat(255) });
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), fc.nat(whole.length), (edits, length) => {
        const bytes = Uint8Array.from(whole);
        for (const { at, to } of edits) bytes[at] = to;
        for (const some of [bytes, bytes.subarray(0, length)]) {
          try {
            importStateDict(decodeSafetensors(some).tensors, { inputShape: [SIDE, SIDE, 2] });
          } catch (error) {
            expect(error).toBeInstanceOf(BbbError);
          }
        }
      }),
      { numRuns: 300 },
    );
  });
});

import * as tf from '@tensorflow/tfjs-core';
import * as layers from '@tensorflow/tfjs-layers';
import { mixtureMean, type RegressionPrediction, type Uncertainty } from '@bbb/core';
import { quantise, tfjsModel, type Quantisation } from '@bbb/export';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { registerCpu } from '../support/cpu-reference.js';
import { build, type Built } from './support/networks.js';

let before: string;
beforeAll(async () => {
  registerCpu();
  before = tf.getBackend();
  await tf.setBackend('cpu');
});
// Other tests in this process use this backend.
afterAll(() => tf.setBackend(before || 'wasm'));

/** What tfjs computes from the two files. */
async function runTfjs(
  { network, features, examples }: Built,
  quantisation: Quantisation = 'none',
): Promise<Float32Array> {
  await tf.setBackend('cpu');
  const { json, weights } = tfjsModel(network, quantisation);
  const { modelTopology, weightsManifest } = JSON.parse(json('weights.bin')) as {
    modelTopology: object;
    weightsManifest: [{ paths: string[]; weights: tf.io.WeightsManifestEntry[] }];
  };
  expect(weightsManifest[0].paths).toEqual(['weights.bin']);
  const model = await layers.loadLayersModel(
    tf.io.fromMemory({ modelTopology, weightSpecs: weightsManifest[0].weights, weightData: weights.buffer }),
  );
  const x = tf.tensor(features, [examples, ...network.inputShape]);
  const y = model.predict(x) as tf.Tensor;
  const values = Float32Array.from(y.dataSync());
  tf.dispose([x, y]);
  model.dispose();
  return values;
}

function expectClose(found: Float32Array, expected: ArrayLike<number>, tolerance: number): void {
  expect(found.length).toBe(expected.length);
  found.forEach((value, i) => {
    expect(Math.abs(value - expected[i]!)).toBeLessThanOrEqual(
      tolerance * Math.max(1, Math.abs(expected[i]!)),
    );
  });
}

describe('an exported layers model, in tfjs', () => {
  it.each(['mlp', 'standardised mlp', 'cnn'])(
    'gives the probabilities of the mean network: %s',
    async (kind) => {
      const built = await build(kind, 0);
      expectClose(await runTfjs(built), (built.prediction as Uncertainty).probabilities, 1e-5);
    },
  );

  it('gives the mean of a regression in its own unit', async () => {
    const built = await build('regression', 0);
    const { examples, of } = built.prediction as RegressionPrediction;
    const means = Array.from({ length: examples }, (_, i) => mixtureMean(of(i)));
    expectClose(await runTfjs(built), means, 1e-5);
  });

  it.each([
    ['uint16', 1e-4],
    ['uint8', 0.03],
  ] as const)('is near it with weights of %s, which take less space', async (quantisation, tolerance) => {
    const built = await build('cnn', 0);
    expectClose(
      await runTfjs(built, quantisation),
      (built.prediction as Uncertainty).probabilities,
      tolerance,
    );
    const sizes = [quantisation, 'none' as const].map((q) => tfjsModel(built.network, q).weights.length);
    expect(sizes[0]).toBeLessThan(sizes[1]! * (quantisation === 'uint8' ? 0.4 : 0.6));
    const { error } = tfjsModel(built.network, quantisation);
    expect(error.largest).toBeGreaterThan(0);
    expect(error.largest).toBeLessThan(error.of / (quantisation === 'uint8' ? 100 : 30_000));
  });

  it('gives the shape of a batch in the form that tfjs reads', async () => {
    const { network } = await build('cnn', 0);
    const json = tfjsModel(network).json('w.bin');
    expect(json).toContain('"batch_input_shape":[null,4,4,1]');
    expect(json).not.toContain('batch_shape');
  });

  it('refuses networks for which tfjs has no layers', async () => {
    const { network } = await build('cnn', 0);
    const input = { kind: 'standardise', mean: Array(16).fill(1), sd: Array(16).fill(2) } as const;
    expect(() => tfjsModel({ ...network, preprocessing: { input } })).toThrow(/before a convolution/);
    const filled = { kind: 'divide', divisor: 2, fill: Array(16).fill(0) } as const;
    expect(() => tfjsModel({ ...network, preprocessing: { input: filled } })).toThrow(/missing values/);
  });
});

describe('quantised numbers', () => {
  it('are read back within half a step, and zero exactly', () => {
    const values = fc.array(fc.float({ noNaN: true, min: -100, max: 100 }), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(values, fc.constantFrom('uint8', 'uint16'), (numbers, to) => {
        const given = Float32Array.from([...numbers, 0]);
        const { bytes, quantization, error } = quantise(given, to);
        const stored = to === 'uint8' ? bytes : new Uint16Array(bytes.buffer);
        const { scale, min } = quantization!;
        stored.forEach((q, i) => {
          expect(Math.abs(q * scale + min - given[i]!)).toBeLessThanOrEqual(0.5001 * scale + 1e-9);
          expect(Math.abs(q * scale + min - given[i]!)).toBeLessThanOrEqual(error + 1e-12);
        });
        expect(stored.at(-1)! * scale + min).toBe(0);
      }),
    );
  });
});

import { fromBinary } from '@bufbuild/protobuf';
import { mixtureMean, mixtureVariances, type RegressionPrediction, type Uncertainty } from '@bbb/core';
import { onnxModel } from '@bbb/export';
import { ModelProtoSchema, TensorProto_DataType } from 'onnx-buf';
import * as ort from 'onnxruntime-web';
import { beforeAll, describe, expect, it } from 'vitest';
import { build, KINDS, type Built } from './support/networks.js';

beforeAll(() => {
  ort.env.wasm.numThreads = 1;
});

/** The outputs that another runtime computes from the file. */
async function runOnnx({ network, features, examples }: Built): Promise<Record<string, Float32Array>> {
  const session = await ort.InferenceSession.create(onnxModel(network));
  expect(session.inputNames).toEqual(['input']);
  const input = new ort.Tensor('float32', features, [examples, ...network.inputShape]);
  const given = await session.run({ input });
  await session.release();
  return Object.fromEntries(Object.entries(given).map(([name, { data }]) => [name, data as Float32Array]));
}

function expectClose(found: Float32Array | undefined, expected: ArrayLike<number>, tolerance = 1e-5): void {
  expect(found?.length).toBe(expected.length);
  found!.forEach((value, i) => {
    expect(Math.abs(value - expected[i]!)).toBeLessThanOrEqual(
      tolerance * Math.max(1, Math.abs(expected[i]!)),
    );
  });
}

const isRegression = (kind: string): boolean => KINDS[kind]!.dataset.target.kind === 'real';
const classifiers = Object.keys(KINDS).filter((kind) => !isRegression(kind));
const regressions = Object.keys(KINDS).filter(isRegression);

describe('an exported ONNX file, in onnxruntime', () => {
  it.each(classifiers)('gives the probabilities of the mean network: %s', async (kind) => {
    const built = await build(kind, 0);
    const { probabilities, logits, ...rest } = await runOnnx(built);
    const expected = built.prediction as Uncertainty;
    expect(Object.keys(rest)).toEqual([]);
    expectClose(probabilities, expected.probabilities);
    expect(logits!.length).toBe(expected.probabilities.length);
  });

  it.each(classifiers)(
    'gives mean probabilities, entropy and mutual information of fixed draws: %s',
    async (kind) => {
      const built = await build(kind, 4);
      const expected = built.prediction as Uncertainty;
      const given = await runOnnx(built);
      expectClose(given['probabilities'], expected.probabilities);
      expectClose(given['predictive_entropy'], expected.predictiveEntropy);
      expectClose(given['mutual_information'], expected.mutualInformation);
      // The draws must differ, or the test would prove nothing.
      expect(Math.max(...expected.mutualInformation)).toBeGreaterThan(1e-3);
    },
  );

  it.each(regressions.flatMap((kind) => [0, 4].map((samples) => [kind, samples] as const)))(
    'gives the mean and both standard deviations in the unit of the target: %s, %i draws',
    async (kind, samples) => {
      const built = await build(kind, samples);
      const { examples, of } = built.prediction as RegressionPrediction;
      const rows = Array.from({ length: examples }, (_, i) => of(i));
      const given = await runOnnx(built);
      expectClose(given['mean'], rows.map(mixtureMean));
      const variances = rows.map(mixtureVariances);
      expectClose(
        given['aleatoric_sd'],
        variances.map(({ aleatoric }) => Math.sqrt(aleatoric)),
      );
      if (samples === 0) expect(given['epistemic_sd']).toBeUndefined();
      else
        expectClose(
          given['epistemic_sd'],
          variances.map(({ epistemic }) => Math.sqrt(epistemic)),
        );
    },
  );

  it('fills missing values as training did', async () => {
    const built = await build('standardised mlp', 3);
    const { network, features } = built;
    const fill = [0.25, -0.5, 1, 0.125];
    const preprocessing = {
      ...network.preprocessing,
      input: { ...network.preprocessing.input, fill },
    };
    const holes = features.map((value, i) => (i % 3 === 0 ? Number.NaN : value));
    const whole = features.map((value, i) => (i % 3 === 0 ? fill[i % 4]! : value));
    const given = await runOnnx({ ...built, network: { ...network, preprocessing }, features: holes });
    expect(given).toEqual(await runOnnx({ ...built, features: whole }));
    expect(given['probabilities']!.every(Number.isFinite)).toBe(true);
  });

  it('gives no NaN if the draws are certain', async () => {
    const built = await build('mlp', 3);
    const members = built.network.members.map(({ weights, likelihood }) => ({
      likelihood,
      weights: Object.fromEntries(
        Object.entries(weights).map(([name, values]) => [name, values.map((value) => value * 300)]),
      ),
    }));
    const given = await runOnnx({ ...built, network: { ...built.network, members } });
    for (const values of Object.values(given)) expect(values.every(Number.isFinite)).toBe(true);
    expect(given['mutual_information']!.every((value) => value >= 0)).toBe(true);
  });
});

describe('its bytes', () => {
  it('are decoded by another reader of the format', async () => {
    const { network } = await build('cnn', 2);
    const model = fromBinary(ModelProtoSchema, onnxModel(network, { classes: '3' }));
    expect([model.irVersion, model.producerName]).toEqual([8n, 'bbb']);
    expect(model.opsetImport.map(({ domain, version }) => [domain, version])).toEqual([['', 17n]]);
    expect(model.metadataProps.map(({ key, value }) => [key, value])).toEqual([['classes', '3']]);
    const graph = model.graph!;
    expect(graph.output.map(({ name }) => name)).toEqual([
      'probabilities',
      'predictive_entropy',
      'mutual_information',
    ]);
    const weight = graph.initializer.find(({ name }) => name === 'layers.0.weight')!;
    expect(weight.dims).toEqual([6n, 1n, 3n, 3n]);
    expect(weight.dataType).toBe(TensorProto_DataType.FLOAT);
    expect(weight.rawData.length).toBe(4 * 54);
    // Half of all weights are pruned, and the file stores them as zeros.
    const floats = new Float32Array(Uint8Array.from(weight.rawData).buffer);
    expect(floats.filter((value) => value === 0).length).toBeGreaterThan(4);
    // Every name is defined once, before its first use.
    const known = new Set(['input', ...graph.initializer.map(({ name }) => name)]);
    expect(known.size).toBe(1 + graph.initializer.length);
    for (const { input, output } of graph.node) {
      for (const name of input) expect(known).toContain(name);
      for (const name of output) {
        expect(known).not.toContain(name);
        known.add(name);
      }
    }
  });

  it('are the same every time', async () => {
    const [a, b] = [await build('mlp', 2), await build('mlp', 2)];
    expect(Buffer.from(onnxModel(a.network)).equals(Buffer.from(onnxModel(b.network)))).toBe(true);
  });
});

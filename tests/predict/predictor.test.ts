import {
  mixtureMean,
  mixtureVariances,
  predictWith,
  type RegressionPrediction,
  type Uncertainty,
} from '@bbb/core';
import { loadPredictor, type ClassAnswer, type NumberAnswer } from '@bbb/predict';
import { describe, expect, test } from 'vitest';
import { fileOf, pruneTrained, train, type Trained } from './stored.js';

/** The metrics of `bbb evaluate`, computed by the code and the keys of the trial. */
function evaluated({ ops, network, examples }: Trained, samples: number): unknown {
  const way = samples > 0 ? ({ predict: 'samples', samples } as const) : ({ predict: 'mean' } as const);
  return predictWith({ ops, ...network }, network.params, examples, way, network.keys.evaluate);
}

const GAUSSIAN = { use: 'bbb-gaussian', options: {} };
const METHODS = [
  { use: 'sgd', options: {} },
  { use: 'dropout', options: { p: 0.3, pInput: 0.1 } },
  { use: 'dropconnect', options: { p: 0.2 } },
  GAUSSIAN,
  { use: 'ensemble', options: { members: 2, of: GAUSSIAN } },
];

describe.each(['mlp', 'cnn'] as const)('classes of a stored network: %s', (kind) => {
  test.each(METHODS)('$use: has the bits of the trial, dense and pruned', async (method) => {
    const trained = await train(kind, method);
    const { stochastic, hasMean = true } = trained.network.model;
    for (const share of [0, 0.8]) {
      if (share > 0) pruneTrained(trained, share);
      const predictor = await loadPredictor(fileOf(trained, { samples: 4 }));
      for (const draws of [...(hasMean ? [0] : []), ...(stochastic ? [4] : [])]) {
        const expected = evaluated(trained, draws) as Uncertainty;
        // An ensemble has 4 draws of each member, and the file has no others.
        const samples = hasMean ? draws : 8;
        const answers = predictor.predictAll(trained.examples.features, { samples }) as ClassAnswer[];
        expect(answers.flatMap(({ probabilities }) => probabilities)).toEqual(
          Array.from(expected.probabilities),
        );
        expect(answers.map(({ entropy }) => entropy)).toEqual(Array.from(expected.predictiveEntropy));
        expect(answers.map(({ mutualInformation }) => mutualInformation)).toEqual(
          Array.from(expected.mutualInformation),
        );
        // A single prediction is equal to the same one within a batch.
        const size = trained.examples.features.length / answers.length;
        expect(predictor.predict(trained.examples.features.subarray(size, 2 * size), { samples })).toEqual(
          answers[1],
        );
      }
    }
    trained.network.dispose();
  });
});

test('a regression answers in the unit of its target, with the noise that it learned', async () => {
  const trained = await train('regression', GAUSSIAN);
  const predictor = await loadPredictor(fileOf(trained));
  const expected = evaluated(trained, 3) as RegressionPrediction;
  const answers = predictor.predictAll(trained.examples.features) as NumberAnswer[];
  answers.forEach((answer, i) => {
    const mixture = expected.of(i);
    const { epistemic, aleatoric } = mixtureVariances(mixture);
    expect(answer).toMatchObject({
      mean: mixtureMean(mixture),
      epistemic: Math.sqrt(epistemic),
      aleatoric: Math.sqrt(aleatoric),
      unit: 'EUR',
    });
    expect(answer.interval).toMatchObject({ level: 0.95, calibrated: false });
    expect(answer.interval.low).toBeLessThan(answer.mean);
  });
  trained.network.dispose();
});

test('noise for each input is the second output', async () => {
  const trained = await train('regression', GAUSSIAN, {
    likelihood: { use: 'gaussian', options: { noise: 'per-input', sd: 0.3 } },
  });
  const predictor = await loadPredictor(fileOf(trained));
  const expected = evaluated(trained, 3) as RegressionPrediction;
  const answers = predictor.predictAll(trained.examples.features) as NumberAnswer[];
  const noises = answers.map((_, i) => Math.sqrt(mixtureVariances(expected.of(i)).aleatoric));
  expect(answers.map(({ aleatoric }) => aleatoric)).toEqual(noises);
  trained.network.dispose();
});

test('calibration gives sets, temperatures, intervals and "not sure", for the number of draws that it was fitted for', async () => {
  const trained = await train('mlp', GAUSSIAN);
  const calibration = {
    samples: 3,
    temperature: 2,
    sets: { level: 0.9, threshold: 1 },
    sure: { risk: 0.01, probability: 0.6 },
  };
  const predictor = await loadPredictor(fileOf(trained, { calibration }));
  const answers = predictor.predictAll(trained.examples.features) as ClassAnswer[];
  for (const { probabilities, probability, calibrated, set, sure } of answers) {
    const roots = probabilities.map(Math.sqrt);
    const sum = roots.reduce((a, b) => a + b);
    calibrated!.forEach((p, c) => expect(p).toBeCloseTo(roots[c]! / sum, 12));
    const within = [0, 1, 2].filter((c) => -Math.log(probabilities[c]!) <= 1);
    expect(set!.toSorted((a, b) => a - b)).toEqual(within);
    expect(set!.map((c) => probabilities[c])).toEqual(
      set!.map((c) => probabilities[c]!).toSorted((a, b) => b - a),
    );
    expect(sure).toBe(probability >= 0.6);
  }
  // The guarantee holds only for the stored number of draws.
  expect(predictor.predictAll(trained.examples.features, { samples: 2 })[0]).not.toHaveProperty('set');
  trained.network.dispose();

  const regression = await train('regression', GAUSSIAN);
  const interval = { level: 0.8, score: 'scaled', width: 2 } as const;
  const numbers = await loadPredictor(fileOf(regression, { calibration: { samples: 3, interval } }));
  const answer = numbers.predict(regression.examples.features.subarray(0, 4)) as NumberAnswer;
  const sd = Math.hypot(answer.epistemic, answer.aleatoric);
  expect(answer.interval.high - answer.interval.low).toBeCloseTo(4 * sd, 10);
  expect(answer.interval).toMatchObject({ level: 0.8, calibrated: true });
  regression.network.dispose();
});

test('a wrong input gives an error with a code', async () => {
  const trained = await train('cnn', GAUSSIAN);
  const predictor = await loadPredictor(fileOf(trained));
  const image = Array.from({ length: 16 }, () => 7);
  const coded = (code: string): Error => expect.objectContaining({ code }) as Error;
  expect(() => predictor.predict(image.slice(1))).toThrow(coded('E_INPUT'));
  expect(() => predictor.predict([])).toThrow(coded('E_INPUT'));
  expect(() => predictor.predict([...image, ...image])).toThrow(coded('E_INPUT'));
  for (const bad of [NaN, Infinity])
    expect(() => predictor.predict([...image.slice(1), bad])).toThrow(coded('E_INPUT'));
  for (const samples of [-1, 1.5, NaN, 1e9])
    expect(() => predictor.predict(image, { samples })).toThrow(coded('E_PREDICT_SAMPLES'));
  for (const options of [
    { sample: 10 },
    { samples: 1, maxrisk: 0.01 },
    JSON.parse('{"__proto__": 1}') as object,
  ])
    expect(() => predictor.predict(image, options)).toThrow(coded('E_PREDICT_OPTION'));
  // What a service may get from a request: no value breaks the check, and none but numbers counts as a number.
  const obstinate = { length: { toString: '' } } as unknown;
  const hostile = [null, 5, '7'.repeat(16), obstinate, { length: 16 }, new DataView(new ArrayBuffer(16))];
  for (const bad of hostile) expect(() => predictor.predict(bad as number[])).toThrow(coded('E_INPUT'));
  for (const bad of [null, undefined, true, '7', 7n, Symbol('7'), [7], obstinate])
    expect(() => predictor.predict([...image.slice(1), bad as number])).toThrow(coded('E_INPUT'));
  expect(() => predictor.predict(image, { samples: obstinate as number })).toThrow(
    coded('E_PREDICT_SAMPLES'),
  );
  expect(() => predictor.predict(image, { maxRisk: obstinate as number })).toThrow(coded('E_RISK'));
  expect(predictor.predict(image, null as never)).toEqual(predictor.predict(image));
  for (const bad of [null, 1e9, 'x', [1, 2], obstinate])
    await expect(loadPredictor(bad as ArrayBuffer)).rejects.toThrow(coded('E_MODEL_FILE'));
  // Numbers, bytes and floats with the same pixels are the same image.
  expect(predictor.predict(Uint8Array.from(image))).toEqual(predictor.predict(image));
  expect(predictor.predict(Float32Array.from(image))).toEqual(predictor.predict(image));
  trained.network.dispose();
});

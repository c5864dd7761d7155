import { probabilitiesForRisks, probabilityForRisk, RISKS, type Evaluation } from '@bbb/core';
import { loadPredictor, type ClassAnswer } from '@bbb/predict';
import { beforeAll, describe, expect, it } from 'vitest';
import { storedCalibration } from '../../packages/cli/src/network/model-file.js';
import { fileOf, train, type Trained } from './stored.js';

const coded = (code: string) => expect.objectContaining({ code }) as Error;

describe('thresholds for wanted risks', () => {
  let trained: Trained;
  beforeAll(async () => {
    trained = await train('mlp', { use: 'sgd', options: {} });
    return () => trained.network.dispose();
  });
  const load = async (calibration: object) =>
    loadPredictor(fileOf(trained, { calibration: calibration as { samples: number } }));
  const all = (predictor: Awaited<ReturnType<typeof load>>, maxRisk?: number): ClassAnswer[] =>
    predictor.predictAll(
      trained.examples.features,
      maxRisk === undefined ? {} : { maxRisk },
    ) as ClassAnswer[];

  it('are those of the largest stored risk that is not above the wanted one', async () => {
    const predictor = await load({
      samples: 0,
      risks: [
        { risk: 0.01, probability: 0.9 },
        { risk: 0.05, probability: 0.4 },
      ],
    });
    for (const [maxRisk, threshold] of [
      [0.01, 0.9],
      [0.049, 0.9],
      [0.05, 0.4],
      [0.5, 0.4],
    ] as const) {
      for (const { probability, sure } of all(predictor, maxRisk))
        expect(sure).toBe(probability >= threshold);
    }
    expect(all(predictor).map(({ sure }) => sure)).toEqual(all(predictor).map(() => undefined));
    for (const maxRisk of [0.009, 0, -1, 1, NaN])
      expect(() => all(predictor, maxRisk)).toThrow(coded('E_RISK'));
  });

  it('exist only for the number of draws that they were chosen for', async () => {
    const predictor = await load({ samples: 5, risks: [{ risk: 0.01, probability: 0.9 }] });
    expect(() => all(predictor, 0.01)).toThrow(coded('E_RISK'));
    expect(() => all(predictor)).not.toThrow();
  });

  it.each([
    ['no list', { risk: 0.1, probability: 0.5 }],
    ['a risk of 1', [{ risk: 1, probability: 0.5 }]],
    ['a probability that is text', [{ risk: 0.1, probability: 'x' }]],
    [
      'the order',
      [
        { risk: 0.1, probability: 0.5 },
        { risk: 0.1, probability: 0.5 },
      ],
    ],
    ['too many', Array.from({ length: 101 }, (_, i) => ({ risk: (i + 1) / 200, probability: 0.5 }))],
  ])('are refused in a hostile file: %s', async (_what, risks) => {
    await expect(load({ samples: 0, risks })).rejects.toThrow(coded('E_MODEL_FILE'));
  });
});

it('several thresholds come from one ranking, and the model file has those that exist', () => {
  const confidence = Float64Array.from({ length: 400 }, (_, i) => ((i * 0.618) % 1) ** 0.2);
  const correct = Uint8Array.from(confidence, (p, i) => (p > 0.8 || i % 3 > 0 ? 1 : 0));
  const judged = { confidence, correct };
  const thresholds = probabilitiesForRisks(judged, RISKS);
  expect(thresholds).toEqual(RISKS.map((risk) => probabilityForRisk(judged, risk)));
  for (const [i, risk] of RISKS.entries()) {
    const given = [...confidence.keys()].filter((k) => confidence[k]! >= thresholds[i]!);
    expect(given.filter((k) => correct[k] === 0).length).toBeLessThanOrEqual(risk * given.length);
  }
  const evaluation = {
    samples: 3,
    calibrated: {
      examples: 9,
      level: 0.9,
      sure: [
        { risk: 0.01, probability: null },
        { risk: 0.1, probability: 0.7 },
      ],
    },
  } as unknown as Evaluation;
  expect(storedCalibration(evaluation)).toEqual({ samples: 3, risks: [{ risk: 0.1, probability: 0.7 }] });
});

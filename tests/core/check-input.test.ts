import { memory } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  checkTrial,
  evaluate,
  openCheckpoint,
  decodeCheckpoint,
  predictWith,
  rootKey,
  runTrial,
  startBackend,
  testExamples,
  type EpochMetrics,
  type Trial,
  type TrialInput,
} from '@bbb/core';
import { smallInput, smallTrial, type SmallInput } from '../support/small-trial.js';

let base: SmallInput;
beforeAll(async () => {
  base = await smallInput();
});

type Path = readonly (string | number)[];

/** A copy with one member replaced. `undefined` deletes the member. */
function changed(trial: Trial, path: Path, value: unknown): Trial {
  type Members = Record<string | number, unknown>;
  const copy = structuredClone(trial) as unknown as Members;
  const owner = path.slice(0, -1).reduce((at, key) => at[key] as Members, copy);
  if (value === undefined) delete owner[path.at(-1)!];
  else owner[path.at(-1)!] = value;
  return copy as unknown as Trial;
}

/** Runs a trial that should not start. Returns its error, how many epochs it trained, and how many tensors it left. */
async function refused(input: TrialInput): Promise<unknown> {
  const before = memory().numTensors;
  let epochs = 0;
  const error = await runTrial({ ...input, hooks: { onEpoch: () => void epochs++ } }).then(
    () => 'it ran',
    (thrown: unknown) => thrown,
  );
  expect([epochs, memory().numTensors]).toEqual([0, before]);
  return error;
}

const ood = { use: 'fashion-mnist', options: {} };

describe('a trial', () => {
  it.each<[Path, unknown]>([
    [['training', 'batchSize'], 0],
    [['training', 'batchSize'], 2.5],
    [['training', 'epochs'], 0],
    [['training', 'epochs'], 1.5],
    [['training', 'epochs'], Number.NaN],
    [['training', 'schedule'], { kind: 'step', every: 0, factor: 0.5 }],
    [['training', 'schedule'], { kind: 'cosin' }],
    [['training', 'optimizer', 'kind'], 'Adam'],
    [['training', 'optimizer', 'learningRate'], -1],
    [['training', 'optimizer', 'momentum'], 0.9],
    [['data', 'validation'], -10],
    [['data', 'limit'], 0],
    [['data', 'limit'], -5],
    [['data', 'divisor'], 0],
    [['hidden'], [0]],
    [['pruning', 'shares'], [90]],
    [
      ['pruning', 'shares'],
      [0.5, 0.5],
    ],
    [['pruning', 'scope'], 'Global'],
    [['pruning', 'include'], ['weights']],
    [['pruning', 'include'], []],
    [['pruning', 'pruners', 0, 'options'], undefined],
    [
      ['pruning', 'pruners'],
      [
        { use: 'kl', options: {} },
        { use: 'kl', options: { x: 1 } },
      ],
    ],
    [['prediction', 'samples'], 1.5],
    [['numerics'], 'fast'],
    [['seed'], -1],
    [['seed'], undefined],
    [['seeds'], [1]],
  ])('with %j = %j is refused before anything is trained', async (path, value) => {
    const trial = changed(smallTrial(base.registry, 'bbb-mixture'), path, value);
    expect(await refused({ ...base, trial })).toMatchObject({
      code: 'E_TRIAL',
      message: expect.stringContaining(String(path[0])),
      hint: expect.any(String),
    });
  });

  it('that selects by validation needs images to validate on', () => {
    const trial = smallTrial(base.registry, 'sgd');
    const without = changed(trial, ['data', 'validation'], 0);
    expect(() => checkTrial(without)).toThrow(/"best" needs validation examples/);
    checkTrial(changed(without, ['select'], 'last'));
    checkTrial(trial);
  });
});

describe('the ops and data of a trial', () => {
  it('must have the same numerics', async () => {
    const trial = smallTrial(base.registry, 'sgd');
    expect(await refused({ ...base, trial, ops: await startBackend('relaxed') })).toMatchObject({
      code: 'E_TRIAL_INPUT',
      hint: "Start them with startBackend('strict').",
    });
    expect(await refused({ ...base, trial: { ...trial, numerics: 'relaxed' } })).toMatchObject({
      code: 'E_TRIAL_INPUT',
    });
  });

  it('must have room for the network', async () => {
    const trial = smallTrial(base.registry, 'sgd', { hidden: [100_000_000] });
    expect(await refused({ ...base, trial })).toMatchObject({
      code: 'E_NETWORK',
      message: 'The network would have 79500000010 weights; the limit is 268435456.',
    });
  });

  it('must include the named out-of-distribution set, with images of the same size and another name', async () => {
    const { dataset } = base;
    const without = smallTrial(base.registry, 'sgd');
    const trial = { ...without, data: { ...without.data, outOfDistribution: ood } };
    const test = { ...dataset.test, features: dataset.test.features.map((pixel) => 255 - pixel) };
    const other = { ...dataset, name: 'other', test };
    expect(await refused({ ...base, trial })).toMatchObject({ code: 'E_TRIAL_INPUT' });
    expect(await refused({ ...base, trial: without, outOfDistribution: other })).toMatchObject({
      code: 'E_TRIAL_INPUT',
    });
    const cases = [
      ['E_DATA_MISMATCH', { ...other, inputShape: [14, 56, 1] }],
      ['E_DATA_NAME', { ...other, name: 'test' }],
      ['E_DATA_SAME', { ...other, test: dataset.test }],
    ] as const;
    for (const [code, outOfDistribution] of cases) {
      expect(await refused({ ...base, trial, outOfDistribution })).toMatchObject({ code });
    }
    // The error names the set as its caller names it.
    const mine = { ...dataset, name: 'mine' };
    const { result } = await runTrial({ ...base, trial, dataset: mine, outOfDistribution: other });
    expect(result.dataset).toBe('mine');
    expect(result.outOfDistributionSha256).toEqual(dataset.sha256);
  });
});

describe('a checkpoint to go on from', () => {
  it('must belong to this trial, and have the metrics of its epochs', async () => {
    const trial = smallTrial(base.registry, 'sgd');
    const epochs: EpochMetrics[] = [];
    const checkpoints: Uint8Array[] = [];
    await runTrial({
      ...base,
      trial,
      hooks: {
        onEpoch(metrics, checkpoint) {
          epochs.push(metrics);
          checkpoints.push(checkpoint());
        },
      },
    });
    const resume = { checkpoint: checkpoints[1]!, epochs: epochs.slice(0, 2) };
    for (const input of [
      { trial: { ...trial, seed: 1 }, resume },
      { trial: changed(trial, ['training', 'epochs'], 5), resume },
      { trial, resume: { ...resume, epochs: epochs.slice(0, 1) } },
      { trial, resume: { ...resume, epochs: [] } },
    ]) {
      expect(await refused({ ...base, ...input })).toMatchObject({
        code: 'E_CHECKPOINT_MISMATCH',
        hint: expect.any(String),
      });
    }
  });
});

describe('a stored network', () => {
  it('uses the same draws for every data set, so equal images get equal scores', async () => {
    const { registry, ops, dataset } = base;
    const trial = smallTrial(registry, 'bbb-mixture');
    const { checkpoint } = await runTrial({ ...base, trial });
    const opened = openCheckpoint(decodeCheckpoint(checkpoint), registry, ops);
    const { model, likelihood, params, data, dispose } = opened;
    const predicting = { ops, model, likelihood };
    const test = testExamples(dataset, data.preprocessing);
    const { evaluations } = evaluate(
      predicting,
      params,
      { test, outOfDistribution: { again: test } },
      3,
      rootKey(1),
    );
    expect(evaluations.map(({ predict }) => predict)).toEqual(['mean', 'samples']);
    for (const { ood, entropy, predict } of evaluations) {
      expect(entropy!['again']).toEqual(entropy!['test']);
      for (const [score, { auroc }] of Object.entries(ood!['again']!)) {
        expect([predict, score, auroc]).toEqual([predict, score, 0.5]);
      }
    }

    for (const samples of [0, -1, 1.5, Number.NaN]) {
      expect(() =>
        predictWith(predicting, params, test, { predict: 'samples', samples }, rootKey(1)),
      ).toThrow(expect.objectContaining({ code: 'E_PREDICT_SAMPLES' }));
    }
    const narrow = { ...test, inputShape: [783] };
    expect(() => predictWith(predicting, params, narrow, { predict: 'mean' }, rootKey(1))).toThrow(
      expect.objectContaining({ code: 'E_DATA_MISMATCH' }),
    );
    dispose();
  });
});

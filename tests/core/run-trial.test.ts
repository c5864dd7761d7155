import { memory } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  decodeCheckpoint,
  fingerprint,
  keptEpoch,
  runTrial,
  TrialStopped,
  type EpochMetrics,
  type Registry,
  type Trial,
  type TrialOutcome,
} from '@bbb/core';
import { smallInput, smallTrial, type SmallInput } from '../support/small-trial.js';

let base: SmallInput;
let registry: Registry;

beforeAll(async () => {
  base = await smallInput();
  ({ registry } = base);
});

const trialOf = (method: string, changes?: Partial<Trial>): Trial => smallTrial(registry, method, changes);

/**
 * Stops after `stopAfter` epochs, or at call number `looks` of the stop check during measurements. Then it resumes
 * from the last checkpoint, as another process would.
 */
async function interrupted(trial: Trial, stopAfter: number, looks = 0): Promise<TrialOutcome> {
  const epochs: EpochMetrics[] = [];
  let checkpoint = new Uint8Array();
  let looked = 0;
  const stopped = runTrial({
    ...base,
    trial,
    hooks: {
      onEpoch(metrics, save) {
        epochs.push(metrics);
        checkpoint = new Uint8Array(save());
      },
      shouldStop: (phase) => (phase === 'train' ? epochs.length === stopAfter : ++looked === looks),
    },
  });
  await expect(stopped).rejects.toBeInstanceOf(TrialStopped);
  return runTrial({ ...base, trial, resume: { checkpoint, epochs: structuredClone(epochs) } });
}

describe('runTrial', () => {
  const methods = [
    'sgd',
    'dropout',
    'dropconnect',
    'bbb-gaussian',
    'bbb-mixture',
    'map-mixture',
    'group-jeffreys',
    'spike-slab',
  ];

  it('reports how far each network is measured, also the first one', async () => {
    const trial = trialOf('bbb-gaussian');
    const shares: number[] = [];
    await runTrial({
      ...base,
      trial,
      hooks: { onProgress: ({ phase, share }) => phase === 'evaluate' && shares.push(share) },
    });
    expect(shares).toEqual(shares.toSorted((a, b) => a - b));
    expect(shares[0]).toBeGreaterThan(0);
    expect(shares.at(-1)).toBeLessThanOrEqual(1);
    const networks =
      1 + trial.pruning.pruners.length * trial.pruning.shares.filter((share) => share > 0).length;
    // The shares must distinguish the mean network and each draw, for every network.
    for (let network = 0; network < networks; network++) {
      const own = shares.filter((share) => Math.ceil(share * networks - 1e-9) === network + 1);
      expect(new Set(own).size, `network ${network}`).toBeGreaterThan(trial.prediction.samples);
    }
    expect(shares.at(-1)).toBeCloseTo(1, 9);
  });

  it.each(methods)('%s: the same trial gives the same bytes, interrupted or not', async (method) => {
    const trial = trialOf(method);
    const straight = await runTrial({ ...base, trial });
    const resumed = await interrupted(trial, 2);
    expect(resumed.checkpoint).toEqual(straight.checkpoint);
    expect(fingerprint(resumed.result)).toBe(fingerprint(straight.result));
    // The network learned something, so these are not the bytes of the initial network.
    expect(straight.result.epochs.at(-1)!.validationError).toBeLessThan(0.45);
  });

  it('stops while networks are measured, and later measures them again', async () => {
    const before = memory().numTensors;
    const trial = trialOf('bbb-gaussian');
    const short = { ...trial, training: { ...trial.training, epochs: 1 } };
    const straight = await runTrial({ ...base, trial: short });
    const resumed = await interrupted(short, Infinity, 20);
    expect(resumed.checkpoint).toEqual(straight.checkpoint);
    expect(fingerprint(resumed.result)).toBe(fingerprint(straight.result));
    expect(memory().numTensors).toBe(before);
  });

  it('refuses a criterion that does not fit before it trains, and leaves no tensor behind', async () => {
    const before = memory().numTensors;
    const { pruning } = trialOf('sgd');
    const pruners = ['magnitude', 'snr'].map((use) => ({ use, options: {} }));
    let epochs = 0;
    const run = runTrial({
      ...base,
      trial: trialOf('sgd', { pruning: { ...pruning, pruners } }),
      hooks: { onEpoch: () => void epochs++ },
    });
    await expect(run).rejects.toMatchObject({ code: 'E_PRUNER_UNFIT' });
    expect([epochs, memory().numTensors]).toEqual([0, before]);
  });

  it('leaves no tensor behind', async () => {
    const before = memory().numTensors;
    await runTrial({
      ...base,
      trial: trialOf('bbb-mixture', { pruning: { ...trialOf('sgd').pruning, finetuneEpochs: 1 } }),
    });
    expect(memory().numTensors).toBe(before);
  });

  it('changes with the seed', async () => {
    const [a, b] = await Promise.all(
      [0, 1].map((seed) => runTrial({ ...base, trial: trialOf('sgd', { seed }) })),
    );
    expect(a!.result.id).not.toBe(b!.result.id);
    expect(a!.result.checkpointSha256).not.toBe(b!.result.checkpointSha256);
  });

  it('prunes exactly the requested share, in the tensors that the forward pass reads', async () => {
    const { result } = await runTrial({ ...base, trial: trialOf('bbb-mixture') });
    const total = 784 * 24 + 24 + 240 + 10;
    expect(result.parameters).toBe(total);
    const [dense, half, most] = result.pruning;
    expect(dense!.zeros).toBe(0);
    expect([half!.zeros, most!.zeros]).toEqual([Math.floor(total * 0.5), Math.floor(total * 0.9)]);
    // Mean and samples are both measured, and pruning changes the numbers.
    expect(most!.evaluations.map(({ predict }) => predict)).toEqual(['mean', 'samples']);
    expect(most!.evaluations[0]!.metrics.nll).not.toBe(dense!.evaluations[0]!.metrics.nll);
  });

  it('measures every network on the validation images as well, the dense one as the epoch that it is of', async () => {
    const { result } = await runTrial({ ...base, trial: trialOf('bbb-mixture') });
    const [dense, half, most] = result.pruning.map(({ validation }) => validation!);
    const { validationError, validationNll } = keptEpoch(result.epochs, result.trial.select)!;
    expect(dense).toEqual({ error: validationError, nll: validationNll });
    expect(half!.nll).not.toBe(dense!.nll);
    expect(most!.nll).toBeGreaterThan(half!.nll);
    // Other images of the same kind: the error is close to the test error of the same network, and different.
    const tested = result.pruning.map(({ evaluations }) => 1 - evaluations[0]!.metrics.accuracy!);
    [dense, half, most].forEach((measured, i) => {
      expect(Math.abs(measured!.error - tested[i]!)).toBeLessThan(0.1);
    });
    const without = trialOf('sgd', { select: 'last', data: { ...trialOf('sgd').data, validation: 0 } });
    const unseen = (await runTrial({ ...base, trial: without })).result;
    expect(unseen.pruning.map((row) => 'validation' in row)).toEqual([false, false, false]);
  });

  it('reports the baseline that always predicts the most frequent class', async () => {
    const { result } = await runTrial({ ...base, trial: trialOf('sgd') });
    const counts = new Map<number, number>();
    for (const label of base.dataset.test.targets) counts.set(label, (counts.get(label) ?? 0) + 1);
    expect(result.baseline).toBe(Math.max(...counts.values()) / base.dataset.test.count);
  });

  it('keeps pruned weights at zero while it fine-tunes, and fine-tuning lowers the error', async () => {
    const pruning = trialOf('sgd').pruning;
    const run = async (finetuneEpochs: number) =>
      (await runTrial({ ...base, trial: trialOf('sgd', { pruning: { ...pruning, finetuneEpochs } }) })).result
        .pruning[2]!;
    const [cut, tuned] = [await run(0), await run(8)];
    expect(tuned.zeros).toBe(cut.zeros);
    expect(tuned.finetuned).toBe(true);
    const nll = ({ evaluations }: typeof cut): number => evaluations[0]!.metrics.nll;
    expect(nll(tuned)).toBeLessThan(0.8 * nll(cut));
  });

  it('keeps the parameters of the best validation error, the first at a tie', async () => {
    const { result, checkpoint } = await runTrial({ ...base, trial: trialOf('sgd') });
    const errors = result.epochs.map((e) => e.validationError!);
    expect(result.bestEpoch).toBe(errors.indexOf(Math.min(...errors)) + 1);
    expect(Object.keys(decodeCheckpoint(checkpoint).tensors)).toContain('best.layers.0.weight');
  });

  it('reports divergence, and refuses a checkpoint of another network', async () => {
    const optimizer = { kind: 'sgd', learningRate: 1e9, momentum: 0 } as const;
    const wild = trialOf('sgd', { training: { ...trialOf('sgd').training, optimizer } });
    await expect(runTrial({ ...base, trial: wild })).rejects.toMatchObject({
      code: 'E_DIVERGED',
      hint: expect.stringContaining('--lr'),
    });
    const { checkpoint, result } = await runTrial({ ...base, trial: trialOf('sgd') });
    const other = trialOf('sgd', { hidden: [7] });
    await expect(
      runTrial({ ...base, trial: other, resume: { checkpoint, epochs: result.epochs.slice(0, 1) } }),
    ).rejects.toMatchObject({
      code: 'E_CHECKPOINT_MISMATCH',
    });
    const tensors = memory().numTensors;
    await runTrial({ ...base, trial: wild }).catch(() => undefined);
    expect(memory().numTensors).toBe(tensors);
  });
});

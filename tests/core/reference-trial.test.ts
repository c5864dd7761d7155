import type { ToyKind } from '@bbb/contract/toy';
import {
  createRegistry,
  decodeCheckpoint,
  fingerprint,
  runTrial,
  startBackend,
  TrialStopped,
  type EpochMetrics,
  type Trial,
  type TrialOutcome,
} from '@bbb/core';
import { referenceOps, type Ops } from '@bbb/kernels';
import builtIns from '@bbb/plugins';
import { describe, expect, it } from 'vitest';
import { tinyDataset, tinyTrial } from '../support/tiny-trial.js';

const registry = createRegistry([builtIns]);
const reference = referenceOps();

function inputOf(kind: ToyKind, trial: Trial, ops: Ops = reference) {
  return { trial, registry, dataset: tinyDataset(kind), ops };
}

/** Stops after two epochs and resumes from the checkpoint with other ops, as another process would. */
async function interrupted(kind: ToyKind, trial: Trial): Promise<TrialOutcome> {
  const epochs: EpochMetrics[] = [];
  let checkpoint = new Uint8Array();
  const stopped = runTrial({
    ...inputOf(kind, trial),
    hooks: {
      onEpoch(metrics, save) {
        epochs.push(metrics);
        checkpoint = new Uint8Array(save());
      },
      shouldStop: () => epochs.length === 2,
    },
  });
  await expect(stopped).rejects.toBeInstanceOf(TrialStopped);
  return runTrial({
    ...inputOf(kind, trial, referenceOps()),
    resume: { checkpoint, epochs: structuredClone(epochs) },
  });
}

const METHODS: readonly Trial['method'][] = [
  { use: 'sgd', options: {} },
  { use: 'dropout', options: { p: 0.2, pInput: 0.1 } },
  { use: 'dropconnect', options: { p: 0.2 } },
  { use: 'bbb-gaussian', options: { estimator: 'local' } },
  { use: 'bbb-mixture', options: { estimator: 'flipout', samples: 2 } },
  { use: 'bbb-laplace', options: {} },
  { use: 'bbb-spike-slab-lasso', options: { klWeight: 0.5 } },
  { use: 'sparse-vd', options: { klWarmUp: 3 } },
  { use: 'ivon', options: { beta2: 0.95, klWarmUp: 3, samples: 2, rateScale: 1 } },
  { use: 'concrete-dropout', options: { klWarmUp: 3 } },
  { use: 'map-gaussian', options: {} },
  { use: 'laplace', options: { layers: 'all' } },
  { use: 'ensemble', options: { members: 3, of: { use: 'bbb-gaussian', options: {} } } },
  { use: 'swag', options: { rank: 2, perEpoch: 2 } },
  { use: 'sgld', options: { samples: 3 } },
];

describe.each(['mlp', 'cnn', 'regression'] as const)('a whole trial on float64 ops: %s', (kind) => {
  it.each(METHODS)(
    '$use: a resumed trial has the bits of an uninterrupted one, and measures the pruned networks',
    async (method) => {
      const trial = tinyTrial(kind, method);
      const straight = await runTrial(inputOf(kind, trial));
      const resumed = await interrupted(kind, trial);
      expect(resumed.checkpoint).toEqual(straight.checkpoint);
      expect(fingerprint(resumed.result)).toBe(fingerprint(straight.result));

      const { result } = straight;
      const { parameters, pruning, epochs } = result;
      // Mean networks have no zeros except pruned ones, also for methods that drop weights at random. Pruning takes the share from each
      // member of an ensemble.
      const members = method.use === 'ensemble' ? 3 : 1;
      expect(pruning.map(({ zeros }) => zeros)).toEqual(
        [0, 0.5, 0.9].map((share) => members * Math.floor((share * parameters) / members)),
      );
      expect(pruning.map(({ finetuned }) => finetuned)).toEqual([false, true, true]);
      for (const { evaluations } of pruning) {
        const sampled = !['sgd', 'map-gaussian'].includes(method.use);
        const ways = [
          ...(['ensemble', 'sgld'].includes(method.use) ? [] : ['mean']),
          ...(sampled ? ['samples'] : []),
        ];
        expect(evaluations.map(({ predict }) => predict)).toEqual(ways);
        for (const { metrics } of evaluations)
          expect(Object.values(metrics).every(Number.isFinite)).toBe(true);
      }
      expect(epochs).toHaveLength(4);
      expect(epochs[3]!.trainNll).not.toBe(epochs[0]!.trainNll);
      // All digits are kept, so no step rounded to single precision.
      const { tensors } = decodeCheckpoint(straight.checkpoint);
      expect(Object.values(tensors).every(({ dtype }) => dtype === 'F64')).toBe(true);
    },
  );

  it('stays near the WebAssembly ops', async () => {
    const trial = tinyTrial(kind, { use: 'bbb-gaussian', options: {} });
    const [double, single] = [
      await runTrial(inputOf(kind, trial)),
      await runTrial(inputOf(kind, trial, await startBackend())),
    ];
    double.result.epochs.forEach(({ trainNll, trainError, kl }, i) => {
      const other = single.result.epochs[i]!;
      expect(Math.abs(other.trainNll / trainNll - 1)).toBeLessThan(1e-4);
      expect(Math.abs(other.kl / kl - 1)).toBeLessThan(1e-4);
      expect(Math.abs(other.trainError - trainError)).toBeLessThan(0.05 * trainError + 1e-9);
    });
    expect(single.result.pruning[1]!.zeros).toBe(double.result.pruning[1]!.zeros);
  });
});

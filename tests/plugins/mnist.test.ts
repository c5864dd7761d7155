import {
  createRegistry,
  runTrial,
  startBackend,
  type Dataset,
  type Trial,
  type TrialResult,
} from '@bbb/core';
import type { Ops } from '@bbb/kernels';
import plugins from '@bbb/plugins';
import { beforeAll, describe, expect, it } from 'vitest';
import { prunersOf, trialOf } from '../support/trial.js';

const registry = createRegistry([plugins]);
let ops: Ops;
let dataset: Dataset;
beforeAll(async () => {
  ops = await startBackend();
  dataset = await registry.get('datasets', 'mnist').load({}, {});
});

function trial(use: string, pruners: string[]): Trial {
  return trialOf({
    method: { use, options: {} },
    data: { use: 'mnist', options: {}, validation: 0, divisor: 255, limit: 20_000 },
    hidden: [64],
    training: { epochs: 2, batchSize: 128 },
    pruning: { pruners: prunersOf(...pruners), shares: [0.9, 0.99] },
    seed: 1,
  });
}

const WEIGHTS = 784 * 64 + 64 + 64 * 10 + 10;

describe('pruning networks trained on MNIST', () => {
  for (const [use, pruners] of [
    ['sgd', ['magnitude', 'random']],
    ['bbb-mixture', ['snr', 'magnitude', 'kl', 'random']],
  ] as const) {
    describe(use, () => {
      let result: TrialResult;
      beforeAll(async () => {
        ({ result } = await runTrial({ trial: trial(use, [...pruners]), registry, dataset, ops }));
      });
      const at = (pruner: string, share: number) =>
        result.pruning.find((entry) => entry.pruner === pruner && entry.share === share)!;
      const accuracy = (pruner: string, share: number): number[] =>
        at(pruner, share).evaluations.map(({ metrics }) => metrics['accuracy']!);

      it('learns', () => {
        for (const value of accuracy('magnitude', 0)) expect(value).toBeGreaterThan(0.88);
      });

      it('zeros exactly the requested share in the tensors that the forward pass reads', () => {
        for (const pruner of pruners) {
          for (const share of [0.9, 0.99]) {
            const { layers, zeros } = at(pruner, share);
            const counted = Object.values(layers).reduce((sum, [count]) => sum + count, 0);
            expect(counted).toBe(Math.floor(share * WEIGHTS));
            expect(zeros).toBe(counted);
          }
        }
      });

      it('changes the predictions: the likelihood changes at 90 %, of the mean and of samples', () => {
        for (const pruner of pruners) {
          at(pruner, 0.9).evaluations.forEach(({ metrics }, i) => {
            expect(metrics.nll).not.toBe(at(pruner, 0).evaluations[i]!.metrics.nll);
          });
        }
      });

      it('at random leaves almost no accuracy at 99 %, and less than the criterion at 90 %', () => {
        for (const value of accuracy('random', 0.99)) expect(value).toBeLessThan(0.3);
        const [criterion] = accuracy(pruners[0], 0.9);
        expect(criterion).toBeGreaterThan(accuracy('random', 0.9)[0]! + 0.1);
      });
    });
  }
});

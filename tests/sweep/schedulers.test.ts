import { createRegistry } from '@bbb/core';
import plugins from '@bbb/plugins';
import { parseSweepConfig, planSweep } from '@bbb/sweep';
import { describe, expect, it } from 'vitest';
import { competition } from '../../packages/sweep/src/search/competition.js';
import type { Report, Scheduler } from '@bbb/core';
import { ashaScheduler as asha, medianScheduler as medianStopping } from '@bbb/plugins';

/**
 * Runs trials of fixed final quality in parallel, one epoch of each in turn. Returns the number of epochs of each
 * trial.
 */
function run(scheduler: Scheduler, qualities: readonly number[], epochs: number): number[] {
  const reports: Report[] = [];
  const reached = qualities.map(() => 0);
  const running = new Set(qualities.keys());
  for (let epoch = 1; epoch <= epochs; epoch++) {
    for (const trial of running) {
      reports.push({ trial: String(trial), epoch, loss: qualities[trial]! + 1 / epoch });
      reached[trial] = epoch;
      if (scheduler.decide(reports) === 'stop') running.delete(trial);
    }
  }
  return reached;
}

describe('ASHA', () => {
  const scheduler = asha({ minEpochs: 1, eta: 3 });

  it('gives the best trials most of the epochs, and the last one all of them when the best arrive first', () => {
    const reached = run(scheduler, [0, 1, 2, 3, 4, 5, 6, 7, 8], 9);
    expect(reached[0]).toBe(9);
    expect(reached.filter((epoch) => epoch === 1).length).toBeGreaterThanOrEqual(5);
    expect(reached.reduce((a, b) => a + b, 0)).toBeLessThan(9 * 9 * 0.5);
  });

  it('decides at rungs only, and counts the trial itself', () => {
    const at = (epoch: number, losses: readonly number[]): Report[] =>
      losses.map((loss, i) => ({ trial: String(i), epoch, loss }));
    expect(scheduler.decide(at(2, [0, 0, 0, 9]))).toBe('continue');
    expect(scheduler.decide(at(3, [9]))).toBe('continue');
    expect(scheduler.decide(at(3, [1, 2, 3]))).toBe('stop');
    expect(scheduler.decide(at(3, [1, 2, 3, 1.5]))).toBe('continue');
    expect(scheduler.decide(at(3, [1, 2, NaN]))).toBe('stop');
  });

  it('is the same after a crash that replays the reports', () => {
    const reports: Report[] = Array.from({ length: 40 }, (_, i) => ({
      trial: String(i % 8),
      epoch: 1 + Math.floor(i / 8),
      loss: ((i * 7919) % 13) / 13,
    }));
    const decisions = reports.map((_, i) => scheduler.decide(reports.slice(0, i + 1)));
    const replayed = JSON.parse(JSON.stringify(reports)) as Report[];
    expect(replayed.map((_, i) => scheduler.decide(replayed.slice(0, i + 1)))).toEqual(decisions);
    expect(new Set(decisions).size).toBe(2);
  });
});

describe('median stopping', () => {
  it('stops trials that are worse than the median of the others, but none before minEpochs or minTrials', () => {
    expect(run(medianStopping({ minEpochs: 2, minTrials: 3 }), [0, 1, 2, 3, 40], 6)).toEqual([6, 6, 6, 2, 2]);
    expect(run(medianStopping({ minEpochs: 2, minTrials: 9 }), [0, 1, 2, 3, 40], 6)).toEqual([6, 6, 6, 6, 6]);
  });
});

describe('the competitors of a trial', () => {
  const registry = createRegistry([plugins]);
  const rates = { 'training.optimizer.learningRate': [0.1, 0.01] };
  const planOf = (search: object, grid: object = rates) =>
    planSweep(
      parseSweepConfig({
        dataset: { use: 'mnist' },
        hidden: 'trials' in search ? [[8]] : [[8], [16]],
        methods: [
          { use: 'sgd', grid },
          { use: 'dropout', grid },
        ],
        seeds: [0, 1],
        search,
      }),
      registry,
    );

  it('are the other configurations of the method and network, with any seed', () => {
    const { config, trials } = planOf({ scheduler: { use: 'asha' } });
    const competes = competition(config, trials);
    for (const a of trials) {
      for (const b of trials) {
        const same = a.label === b.label && a.trial.hidden.join() === b.trial.hidden.join();
        const rate = ({ trial }: typeof a): number => trial.training.optimizer.learningRate;
        expect(competes(a.id, b.id)).toBe(same && rate(a) !== rate(b));
      }
    }
  });

  it('are all trials of a search', () => {
    const space = { 'training.optimizer.learningRate': { kind: 'logUniform', low: 1e-4, high: 1 } };
    const { config, trials } = planOf({ trials: 3, space, scheduler: { use: 'asha' } }, {});
    const competes = competition(config, trials);
    for (const a of trials) for (const b of trials) expect(competes(a.id, b.id)).toBe(true);
  });

  it.each(['asha', 'median'])('do not exist if each method has one configuration: %s is refused', (use) => {
    expect(() => planOf({ scheduler: { use } }, {})).toThrow(
      expect.objectContaining({ code: 'E_SWEEP_CONFIG', message: expect.stringContaining(use) }),
    );
    expect(planOf({ scheduler: { use: 'none' } }, {}).trials).toHaveLength(8);
  });
});

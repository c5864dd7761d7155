import {
  banditSchema,
  banditTable,
  createRegistry,
  DEFAULT_TRAINING,
  fold,
  parseOptions,
  playBandit,
  rootKey,
  startBackend,
  uniform,
  type BanditRun,
  type Dataset,
  type Trial,
} from '@bbb/core';
import plugins from '@bbb/plugins';
import { memory } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { adam, trialOf } from '../support/trial.js';

const registry = createRegistry([plugins]);
const ops = await startBackend();

/** Two numbers for each row. Rows with a low first number are poison: 4 of 10. */
const ROWS = 200;
const features = uniform(fold(rootKey(5), 'rows'), 2 * ROWS, -1, 1);
for (let r = 0; r < ROWS; r++) features[2 * r] = 3 + (r % 10) / 10;
const part = {
  features,
  targets: Uint8Array.from({ length: ROWS }, (_, r) => (r % 10 < 4 ? 1 : 0)),
  count: ROWS,
};
const dataset: Dataset = {
  name: 'berries',
  inputShape: [2],
  target: { kind: 'class', classes: 2, names: ['sweet', 'poison'] },
  train: part,
  test: { features: new Float32Array(0), targets: new Uint8Array(0), count: 0 },
  sha256: {},
  source: 'here',
};

const rules = {
  bad: 'poison',
  likelihood: { use: 'gaussian', options: { noise: 'fixed', sd: 0.1 } },
  rounds: 300,
};
const settingsOf = (more: object) =>
  banditSchema.parse({ ...rules, agents: [{ name: 'it', method: 'it' }], ...more });

function play(
  use: string,
  more: object = {},
  { epsilon = 0, seed = 0, signal = undefined as AbortSignal | undefined } = {},
): Promise<BanditRun> {
  const settings = settingsOf(more);
  const trial = trialOf({
    method: {
      use,
      options: parseOptions(
        use,
        registry.get('methods', use).options,
        {},
      ) as object as Trial['method']['options'],
    },
    data: { use: 'none', options: {}, validation: 0, divisor: 1 },
    training: { ...DEFAULT_TRAINING, batchSize: 32, optimizer: adam(0.01) },
    pruning: { include: ['weight'] },
    prediction: { samples: 1 },
    seed,
  });
  const agent = { name: 'it', method: 'it', epsilon };
  return playBandit({
    agent,
    trial,
    table: banditTable(dataset, settings.bad),
    settings,
    registry,
    ops,
    signal,
  });
}

/**
 * Expected regret of a round of an agent that tosses a fair coin: half of the sweet rows are left at 5, half of
 * the poison is eaten at 15.
 */
const BY_CHANCE = 0.5 * (0.6 * 5 + 0.4 * 15);

describe('a table as a bandit', () => {
  it('has standardised columns, and the class by name or number', () => {
    const { contexts, bad } = banditTable(dataset, 'poison');
    for (const c of [0, 1]) {
      const column = [...contexts].filter((_, i) => i % 2 === c);
      expect(column.reduce((a, b) => a + b, 0) / ROWS).toBeCloseTo(0, 5);
      expect(column.reduce((a, b) => a + b * b, 0) / ROWS).toBeCloseTo(1, 5);
    }
    expect([...bad]).toEqual([...part.targets]);
    expect(banditTable(dataset, '1').bad).toEqual(banditTable(dataset, 1).bad);
    expect(features[0]).toBe(3);
  });

  it('is refused without classes, or without that class', () => {
    const code = expect.objectContaining({ code: 'E_BANDIT' });
    expect(() => banditTable({ ...dataset, target: { kind: 'real' } }, 0)).toThrow(code);
    for (const bad of ['unripe', 2]) expect(() => banditTable(dataset, bad)).toThrow(code);
  });
});

describe('an agent', () => {
  it('with random actions has the regret that arithmetic gives', async () => {
    const rounds = 3000;
    const {
      regret,
      rounds: noted,
      eaten,
      passed,
    } = await play('sgd', { rounds, every: 1e6 }, { epsilon: 1 });
    // Regret of a round is 0, 5 or 15: its standard deviation is below 7.5.
    expect(Math.abs(regret.at(-1)! - rounds * BY_CHANCE)).toBeLessThan(4 * 7.5 * Math.sqrt(rounds));
    expect(regret.at(-1)).toBe(15 * eaten.bad + 5 * passed.good);
    expect(eaten.bad + eaten.good + passed.bad + passed.good).toBe(rounds);
    expect(noted.at(-1)).toBe(rounds);
    expect(regret).toEqual(regret.toSorted((a, b) => a - b));
  });

  it.each(['sgd', 'bbb-gaussian'])(
    'with %s learns which rows to avoid, and twice in the same way',
    async (use) => {
      const before = memory().numTensors;
      const [run, again] = [
        await play(use, { steps: 16, every: 4 }),
        await play(use, { steps: 16, every: 4 }),
      ];
      expect({ ...again, seconds: 0 }).toEqual({ ...run, seconds: 0 });
      expect(memory().numTensors).toBe(before);
      const half = run.regret[run.rounds.indexOf(150)]!;
      expect(run.regret.at(-1)! - half).toBeLessThan(0.25 * 150 * BY_CHANCE);
    },
  );

  it('gets the same rows for the same seed as any other agent', async () => {
    const shown = async (use: string, seed: number, epsilon: number): Promise<number> => {
      const { eaten, passed } = await play(use, { rounds: 150, every: 1e6 }, { seed, epsilon });
      return eaten.bad + passed.bad;
    };
    expect(await shown('bbb-gaussian', 1, 0)).toBe(await shown('sgd', 1, 0.5));
    const others = await Promise.all([2, 3, 4, 5].map((seed) => shown('sgd', seed, 1)));
    expect(new Set(others).size).toBeGreaterThan(1);
  });

  it('stops on request, and frees its tensors', async () => {
    const before = memory().numTensors;
    const stop = AbortSignal.abort(new Error('enough'));
    await expect(play('sgd', {}, { signal: stop })).rejects.toThrow('enough');
    expect(memory().numTensors).toBe(before);
  });

  it("can't use a method that is finished only after training", async () => {
    await expect(play('laplace')).rejects.toMatchObject({ code: 'E_BANDIT' });
  });
});

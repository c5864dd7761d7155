import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  createRegistry,
  defineExecutor,
  loadPlugins,
  type Executor,
  type Registry,
  type SamplerDefinition,
  type SchedulerDefinition,
} from '@bbb/core';
import { parseSweepConfig, planSweep, readSweep, sweepStatus } from '@bbb/sweep';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import builtIn from '../../packages/sweep/src/plugin.js';
import { sqlDrivers } from '../../packages/sweep/src/store/index/database.js';
import { temporaryFolder } from '../support/folders.js';
import { eventsOf, PLUGINS, run, tinyPlan } from '../support/sweeps/tiny.js';

const options = z.strictObject({});
const ODD = { use: 'odd', options: {} };

/** An executor that ends every trial in the same way. */
const executor = (capacity: number, end: unknown) =>
  defineExecutor({
    description: 'Of a test.',
    options,
    create: () => ({
      capacity: 1,
      start: (): Promise<Executor> =>
        Promise.resolve({
          capacity,
          run: () => ({ end: Promise.resolve(end as never), stop: () => undefined, kill: () => undefined }),
          close: () => Promise.resolve(),
        }),
    }),
  });

async function withParts(parts: Parameters<typeof createRegistry>[0][number]): Promise<Registry> {
  return createRegistry([...(await loadPlugins(PLUGINS)), builtIn, parts]);
}

describe('a faulty part', () => {
  it.each([
    ['an executor without room for a trial', executor(0, { type: 'killed' }), 'the capacity 0'],
    ['an executor that ends trials in an unknown way', executor(1, { type: 'finished' }), 'finished'],
  ])('%s ends the sweep with the reason, and nothing counts as done', async (_what, odd, words) => {
    const registry = await withParts({ name: 'odd', executors: { odd } });
    const plan = await tinyPlan();
    const dir = temporaryFolder();
    const running = run(plan, { dir, registry, executor: { use: 'odd', options: {} } });
    const ended = await running.then(
      ({ outcome }) => outcome,
      (thrown: unknown) => ({ status: 'thrown', error: thrown as Error }),
    );
    expect(['halted', 'thrown']).toContain(ended.status);
    expect(ended.error).toMatchObject({ code: 'E_EXECUTOR', message: expect.stringContaining(words) });
    expect((await readSweep(dir)).results).toEqual([]);
  });

  it.each([
    ['a promise', () => Promise.resolve({})],
    ['nothing', () => ({})],
    ['a number out of range', () => ({ 'training.optimizer.learningRate': 1 })],
    ['text that looks like a number', () => ({ 'training.optimizer.learningRate': '0.5' })],
    ['no number', () => ({ 'training.optimizer.learningRate': Number.NaN })],
    ['null', () => null as never],
    [
      'a coordinate that is not in the space',
      () => ({ 'training.optimizer.learningRate': 0.5, 'training.epochs': 0.5 }),
    ],
  ])('a sampler that suggests %s is refused', async (_what, suggest) => {
    const odd: SamplerDefinition = {
      description: 'Of a test.',
      options,
      adaptive: true,
      create: () => ({ suggest }),
    };
    const registry = await withParts({ name: 'odd', samplers: { odd } });
    const { config } = await tinyPlan();
    const plan = planSweep(
      parseSweepConfig({
        ...config,
        search: {
          trials: 2,
          sampler: { use: 'odd' },
          space: { 'training.optimizer.learningRate': { kind: 'logUniform', low: 1e-4, high: 1e-1 } },
        },
      }),
      registry,
    );
    const failure = await run(plan, { dir: temporaryFolder(), registry }).then(
      ({ outcome }) => outcome.error,
      (error: unknown) => error,
    );
    expect(failure).toMatchObject({ code: 'E_SAMPLER', message: expect.stringContaining('"odd"') });
  });

  it('a scheduler with an unknown decision ends the sweep with the reason', async () => {
    const odd: SchedulerDefinition = {
      description: 'Of a test.',
      options,
      create: () => ({ decide: () => Promise.resolve('stop') as never }),
    };
    const registry = await withParts({ name: 'odd', schedulers: { odd } });
    const { config } = await tinyPlan();
    const search = { scheduler: { use: 'odd' } };
    const plan = planSweep(parseSweepConfig({ ...config, search }), registry);
    const { outcome } = await run(plan, { dir: temporaryFolder(), registry });
    expect(outcome).toMatchObject({
      status: 'halted',
      error: { code: 'E_SCHEDULER', message: 'The scheduler "odd" decided a promise.' },
    });
  });

  const nothing = () => undefined as never;
  const part = { description: 'Of a test.', options };
  it.each([
    ['a store', 'E_STORE', { stores: { odd: { ...part, open: nothing } } }, { store: ODD }],
    ['a reporter', 'E_REPORTER', { reporters: { odd: { ...part, create: nothing } } }, { reporters: [ODD] }],
    ['an executor', 'E_EXECUTOR', { executors: { odd: { ...part, create: nothing } } }, { executor: ODD }],
    ['a data set', 'E_DATASET', { datasets: { odd: { ...part, load: nothing } } }, {}],
  ])('%s that gives no trials ends the sweep before a trial begins', async (kind, code, parts, use) => {
    const registry = await withParts({ name: 'odd', ...parts });
    const { config } = await tinyPlan();
    const plan = planSweep(
      parseSweepConfig({ ...config, ...(kind === 'a data set' ? { dataset: ODD } : {}) }),
      registry,
    );
    const failure = await run(plan, { dir: temporaryFolder(), registry, ...use }).then(
      ({ outcome }) => outcome.error,
      (error: unknown) => error,
    );
    expect(failure).toMatchObject({
      code,
      message: expect.stringContaining('"odd"'),
      hint: expect.any(String),
    });
  });
});

it('an index that breaks is removed, so that other processes read the folders', async () => {
  const dir = temporaryFolder();
  const plan = await tinyPlan({ seeds: [1, 2, 3] });
  let broken = false;
  const { outcome, events } = await run(plan, {
    dir,
    workers: 1,
    onEvent({ type }) {
      if (type !== 'trial-done' || broken) return;
      broken = true;
      const other = sqlDrivers()[0]!.open(join(dir, 'sweep.db'));
      other.exec('PRAGMA busy_timeout = 5000; DROP TABLE trials');
      other.close();
    },
  });
  expect(outcome.status).toBe('done');
  expect(eventsOf(events, 'warning').map(({ code }) => code)).toEqual(['W_INDEX']);
  const { trials } = await sweepStatus(dir);
  expect(trials.map(({ state }) => state)).toEqual(['done', 'done', 'done']);
});

it('a trial that was stopped early stays stopped if its folder is gone', async () => {
  const dir = temporaryFolder();
  const plan = await tinyPlan({
    methods: [
      {
        use: 'faulty',
        options: { fault: 'sleep', ms: 20 },
        training: { optimizer: { kind: 'adam' as const } },
        grid: { 'training.optimizer.learningRate': [1e-2, 1e-7] },
      },
    ],
    training: { epochs: 9 },
    search: {
      scheduler: { use: 'asha', options: { minEpochs: 1, eta: 2 } },
      objective: 'validationNll',
    },
  });
  const first = await run(plan, { dir, workers: 1 });
  const [stopped] = eventsOf(first.events, 'trial-stopped-early');
  rmSync(join(dir, 'trials', stopped!.id), { recursive: true });
  const again = await run(plan, { dir, workers: 1 });
  expect(again.outcome).toMatchObject({ status: 'done', counts: { stoppedEarly: 1 } });
  expect(eventsOf(again.events, 'trial-start')).toEqual([]);
});

it('files of a file manager beside the shards are not shards', async () => {
  const dir = temporaryFolder();
  const plan = await tinyPlan();
  await run(plan, { dir: join(dir, 'sweep.shares', '0-of-1') });
  writeFileSync(join(dir, 'sweep.shares', '.DS_Store'), 'x');
  const { outcome } = await run(plan, { dir });
  expect(outcome).toMatchObject({ status: 'done', counts: { kept: 1 } });
});

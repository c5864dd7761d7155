import { createRegistry, parseOptions } from '@bbb/core';
import sweepPlugin from '@bbb/sweep/plugin';
import bullmqPlugin from '@bbb/sweep-bullmq/plugin';
import { expect, test } from 'vitest';
import { commandLine } from '../../packages/cli/src/run/command-line.js';
import { executorOf } from '../../packages/cli/src/run/executor.js';
import { shareOf } from '../../packages/cli/src/run/share.js';
import { tinyPlan } from '../support/sweeps/tiny.js';

const usage = (text: string) =>
  expect.objectContaining({ code: 'E_USAGE', message: expect.stringContaining(text) });

test('shares are disjoint, cover the plan, and have a folder each', async () => {
  const plan = await tinyPlan({ seeds: [0, 1, 2, 3, 4, 5, 6] });
  const shares = [0, 1, 2].map((index) => shareOf(plan, 'runs/x', { index, count: 3 }));
  expect(shares.map((share) => share.plan.trials.map(({ seed }) => seed))).toEqual([
    [0, 3, 6],
    [1, 4],
    [2, 5],
  ]);
  expect(new Set(shares.map(({ dir }) => dir)).size).toBe(3);
  expect(shareOf(plan, 'runs/x', {})).toEqual({ plan, dir: 'runs/x' });
});

test('flags that make no sense together are refused, with what to type', async () => {
  const plan = await tinyPlan();
  expect(() => shareOf(plan, 'x', { index: 0 })).toThrow(usage('need each other'));
  expect(() => shareOf(plan, 'x', { index: 3, count: 3 })).toThrow(usage('not below'));
  expect(() => shareOf(plan, 'x', { index: 0, count: 3, manyMachines: true })).toThrow(
    usage('both divide the trials'),
  );
  const registry = createRegistry([sweepPlugin, bullmqPlugin]);
  const executor = (flags: Parameters<typeof executorOf>[0]) => executorOf(flags, registry);
  expect(() => executor({ executor: 'bullmq' })).toThrow(usage('needs its option "queue"'));
  expect(() => executor({ executor: 'threads', listen: '0.0.0.0:0' })).toThrow(usage('no such option'));
  expect(() => executor({ isolate: 'process', queue: 'redis://127.0.0.1' })).toThrow(usage('no such option'));
  const redis = 'redis://127.0.0.1:6379';
  expect(() => executor({ executor: 'bullmq', redis, isolate: 'process' })).toThrow(usage('--isolate'));
  const queue = { path: 'queue', value: redis };
  expect(() => executor({ queue: redis, executorOption: [queue] })).toThrow(usage('short form'));
  expect(executor({})).toEqual({ use: 'threads', options: {} });
  expect(executor({ executor: 'local' }).use).toBe('threads');
  expect(executor({ isolate: 'process' }).use).toBe('processes');
  // A short option chooses its executor: the first one that has the option, or the one in the configuration file.
  const whole = { use: 'bullmq', options: { queue: redis } };
  expect(executor({ redis })).toEqual(whole);
  expect(executor({ executor: 'bullmq', executorOption: [queue] })).toEqual(whole);
  expect(executorOf({ listen: '0.0.0.0:0' }, registry, whole).options).toEqual({
    queue: redis,
    listen: '0.0.0.0:0',
  });
  const postgres = 'postgres://somebody@127.0.0.1/sweeps';
  expect(() => executor({ executor: 'bullmq', redis: postgres })).toThrow(
    expect.objectContaining({ code: 'E_USAGE', hint: expect.stringContaining('--queue') }),
  );
  for (const address of [{ redis }, { queue: redis }, { queue: postgres }]) {
    const { use, options } = executor({ executor: 'bullmq', ...address });
    const definition = registry.get('executors', use);
    expect(definition.create(parseOptions(use, definition.options, options))).toMatchObject({
      capacity: 256,
    });
  }
  const alone = createRegistry([sweepPlugin]);
  expect(() => executorOf({ redis }, alone)).toThrow(usage('another package'));
  expect(() => executorOf({ executor: 'bullmq' }, alone)).toThrow(
    expect.objectContaining({ code: 'E_USAGE', hint: expect.stringContaining('@bbb/sweep-bullmq') }),
  );
});

test('a mistyped address is reported before a folder is made', () => {
  const executor = createRegistry([bullmqPlugin]).get('executors', 'bullmq');
  const code = (expected: string) => expect.objectContaining({ code: expected, hint: expect.any(String) });
  expect(() => executor.create({ queue: 'localhost:6379' })).toThrow(code('E_QUEUE_URL'));
  expect(() => executor.create({ queue: 'redis://localhost', listen: '7070' })).toThrow(code('E_LISTEN'));
});

test('a command line that is printed again shows no password', () => {
  const text = (...args: string[]): string => commandLine(['sweep', ...args], {});
  expect(text('--redis', 'redis://:SECRET@host:6379')).toBe('bbb sweep --redis redis://:PASSWORD@host:6379');
  expect(text('--queue=postgres://me:SE:CR@ET@host/db')).toBe(
    'bbb sweep --queue=postgres://me:PASSWORD@host/db',
  );
  expect(text('--queue', 'postgres://host/db?password=SECRET&sslmode=require')).not.toContain('SECRET');
  expect(text('--queue', 'postgres://me@host:5432/db')).toBe('bbb sweep --queue postgres://me@host:5432/db');
});

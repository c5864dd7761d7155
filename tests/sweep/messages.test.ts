import { readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineExecutor, loadPlugins, createRegistry, type Executor } from '@bbb/core';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
// The package does not export the messages between threads.
import { hear } from '../../packages/sweep/src/executor/messages.js';
import builtIn from '../../packages/sweep/src/plugin.js';
import { temporaryFolder } from '../support/folders.js';
import { eventsOf, PLUGINS, PROCESSES, run, tinyPlan } from '../support/sweeps/tiny.js';

const EPOCHS = 3;
const metrics = (epoch: unknown) => ({
  epoch,
  learningRate: 0.1,
  trainNll: 1,
  trainError: 0.5,
  kl: 0,
  loss: 1,
  seconds: 1,
});

describe('a message of a worker', () => {
  it.each<[string, unknown]>([
    ['its beginning', { type: 'started', resumedEpochs: [metrics(1), metrics(2)] }],
    ['an epoch', { type: 'epoch', metrics: metrics(3) }],
    ['a warning', { type: 'warning', message: 'a checkpoint was damaged' }],
    [
      'progress',
      { type: 'progress', progress: { phase: 'train', epoch: 1, epochs: 3, share: 0.5, trainNll: 2 } },
    ],
    ['its end', { type: 'end', end: { type: 'stopped', epoch: 2 }, retire: true }],
    ['a result', { type: 'end', end: { type: 'done', text: '{}' }, retire: false }],
  ])('is accepted unchanged: %s', (_what, said) => {
    // The order of members is part of the bytes of a result.
    expect(JSON.stringify(hear(said, EPOCHS))).toBe(JSON.stringify(said));
  });

  const cyclic: Record<string, unknown> = { type: 'epoch' };
  cyclic['metrics'] = cyclic;
  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['text', 'end'],
    ['a number', 1n],
    ['a list', [{ type: 'started' }]],
    ['no type', {}],
    ['an unknown type', { type: '__proto__' }],
    ['a type that is not text', { type: ['end'], end: { type: 'killed' } }],
    ['an end without an end', { type: 'end' }],
    ['an end of an unknown kind', { type: 'end', end: { type: 'finished' } }],
    ['a failure without a reason', { type: 'end', end: { type: 'failed', kind: 'error' } }],
    ['a failure of an unknown kind', { type: 'end', end: { type: 'failed', kind: 'x', error: {} } }],
    ['a result that is not text', { type: 'end', end: { type: 'done', text: { length: 7 } } }],
    ['a path as an epoch', { type: 'end', end: { type: 'stopped', epoch: '../../x' } }],
    ['an epoch after the last one', { type: 'end', end: { type: 'stopped', epoch: EPOCHS + 1 } }],
    ...[0, -1, 1.5, EPOCHS + 1, NaN, Infinity, '1', null].map((epoch): [string, unknown] => [
      `metrics of epoch ${epoch}`,
      { type: 'epoch', metrics: metrics(epoch) },
    ]),
    ['a loss that is NaN', { type: 'epoch', metrics: { ...metrics(1), loss: NaN } }],
    ['a metric that is text', { type: 'epoch', metrics: { ...metrics(1), note: 'x' } }],
    ['metrics that contain themselves', cyclic],
    ['epochs with a gap', { type: 'started', resumedEpochs: [metrics(1), metrics(3)] }],
    ['no epochs', { type: 'started' }],
    ['progress without numbers', { type: 'progress', progress: { phase: 'train', epoch: 1 } }],
    ['a warning that is not text', { type: 'warning', message: new Date(0) }],
  ])('that is invalid makes its attempt fail, and ends the worker: %s', (_what, said) => {
    expect(hear(said, EPOCHS)).toMatchObject({
      type: 'end',
      retire: true,
      end: { type: 'failed', kind: 'error', error: { code: 'E_MESSAGE' } },
    });
  });

  it('is cut if it is endless', () => {
    const long = 'x'.repeat(10_000_000);
    const error = { name: long, code: long, message: long, hint: long, stack: long };
    const heard = [
      hear({ type: 'end', end: { type: 'failed', kind: 'error', error } }, EPOCHS),
      hear({ type: 'warning', message: long, code: long }, EPOCHS),
      hear({ [long]: long, type: long }, EPOCHS),
      hear({ type: 'epoch', metrics: { ...metrics(1), [long]: long } }, EPOCHS),
    ];
    for (const each of heard) expect(JSON.stringify(each).length).toBeLessThan(40_000);
  });
});

describe.each([
  ['a thread', { use: 'threads', options: {} }],
  ['a process', PROCESSES],
])('a plugin that sends messages as %s', (_where, executor) => {
  it.each([
    ['nothing', null],
    ['a path', { type: 'epoch', metrics: { epoch: '../../../outside' } }],
    ['an end that is a number', { type: 'end', end: 7, retire: {} }],
  ])('and sends %s fails one attempt, and the sweep goes on', async (_what, say) => {
    const dir = temporaryFolder();
    process.env['HOSTILE'] = JSON.stringify({ once: join(dir, 'said'), say });
    try {
      const plugins = [...PLUGINS, new URL('fixtures/hostile.mjs', import.meta.url).href];
      const plan = await tinyPlan({ seeds: [0, 1] });
      const { outcome, events } = await run(plan, { dir: join(dir, 'sweep'), plugins, executor, workers: 1 });
      expect(outcome).toMatchObject({ status: 'done', counts: { done: 2 } });
      const failures = eventsOf(events, 'trial-failed');
      expect(failures).toMatchObject([{ willRetry: true, error: { code: 'E_MESSAGE' } }]);
      expect(readdirSync(dir).toSorted()).toEqual(['said', 'sweep']);
    } finally {
      delete process.env['HOSTILE'];
    }
  });
});

/** An executor that ends every trial in the same way. `leave` writes the files that the trial leaves. */
const ending = (text: string, leave: (folder: string) => void) =>
  defineExecutor({
    description: 'Of a test.',
    options: z.strictObject({}),
    create: () => ({
      capacity: 1,
      start: (): Promise<Executor> =>
        Promise.resolve({
          capacity: 1,
          run(task) {
            leave(task.folder);
            return {
              end: Promise.resolve({ type: 'done', text } as const),
              stop: () => undefined,
              kill: () => undefined,
            };
          },
          close: () => Promise.resolve(),
        }),
    }),
  });

describe("an executor that returns results that can't be committed", () => {
  const CHECKPOINT = 'checkpoint.safetensors';
  it.each<[string, (theirs: string) => string, (folder: string) => void]>([
    ['no result', () => '../../x', (at) => writeFileSync(join(at, CHECKPOINT), '')],
    ['the result of another trial', (theirs) => theirs, (at) => writeFileSync(join(at, CHECKPOINT), '')],
    ['no checkpoint', (theirs) => theirs, () => undefined],
    ['a link to a checkpoint', (theirs) => theirs, (at) => symlinkSync('/dev/null', join(at, CHECKPOINT))],
  ])('fails that attempt: %s', async (_what, textOf, leave) => {
    const both = await tinyPlan({ seeds: [0, 1] });
    const elsewhere = temporaryFolder();
    await run(both, { dir: elsewhere });
    const theirs = readFileSync(join(elsewhere, 'trials', both.trials[1]!.id, 'result.json'), 'utf8');
    const odd = ending(textOf(theirs), leave);
    const parts = [...(await loadPlugins(PLUGINS)), builtIn, { name: 'odd', executors: { odd } }];
    const { outcome, events } = await run(await tinyPlan({ seeds: [0] }), {
      dir: temporaryFolder(),
      registry: createRegistry(parts),
      executor: { use: 'odd', options: {} },
      maxRetries: 0,
    });
    expect(outcome).toMatchObject({ status: 'failed', counts: { failed: 1, done: 0 } });
    expect(eventsOf(events, 'trial-failed')).toMatchObject([{ error: { code: 'E_RESULT' } }]);
  });
});

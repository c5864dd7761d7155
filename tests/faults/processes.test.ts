import type { ChildProcess } from 'node:child_process';
import { subscribe, unsubscribe, type ChannelListener } from 'node:diagnostics_channel';
import { existsSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Executor, PlannedTrial, TrialEnd } from '@bbb/core';
import { afterEach, expect, it } from 'vitest';
import { processExecutor } from '../../packages/sweep/src/pool/process-executor.js';
import { coordinate } from '../support/sweeps/coordinator.js';
import { temporaryFolder } from '../support/folders.js';
import { checkInvariant } from '../support/sweeps/invariant.js';
import { eventsOf, PLUGINS, PROCESSES, run, tinyPlan } from '../support/sweeps/tiny.js';

let executor: Executor | undefined;
afterEach(async () => {
  await executor?.close();
  executor = undefined;
});

/** One process, with one more plugin. */
function start(planned: PlannedTrial, startMs?: number, plugin?: string): Executor {
  const plugins = plugin === undefined ? PLUGINS : [...PLUGINS, plugin];
  const setup = {
    plugins,
    cwd: process.cwd(),
    memoryLimit: Infinity,
    data: [planned.trial.data],
    identity: {},
  };
  return processExecutor(1, setup, startMs);
}

async function task(planned: PlannedTrial): Promise<Parameters<Executor['run']>[0]> {
  const place = join(temporaryFolder(), planned.id);
  await mkdir(place);
  return { planned, folder: place, checkpointSeconds: 0 };
}

it('a stop that comes while a worker process is starting ends its trial after an epoch', async () => {
  const stop = new AbortController();
  // A process that has started needs some hundred milliseconds more to load its code.
  const onChild: ChannelListener = (message) =>
    (message as { process: ChildProcess }).process.once('spawn', () => stop.abort());
  subscribe('child_process', onChild);
  const slow = { label: 'slow', use: 'faulty', options: { fault: 'sleep', ms: 10 } };
  const plan = await tinyPlan({ methods: [slow], training: { epochs: 60 } });
  const { outcome, events } = await run(plan, {
    dir: temporaryFolder(),
    executor: PROCESSES,
    signal: stop.signal,
  });
  unsubscribe('child_process', onChild);
  expect(outcome.status).toBe('interrupted');
  expect(eventsOf(events, 'epoch').length).toBeLessThanOrEqual(1);
});

it('only the coordinator reacts to Ctrl-C in a terminal, which goes to the whole group', async () => {
  for (const moment of ['sweep-start', 'trial-start', 'epoch']) {
    const dir = temporaryFolder();
    const methods = [{ use: 'faulty', options: { fault: 'sleep', ms: 10 } }, { use: 'sgd' }];
    const config = { methods, training: { epochs: 30, batchSize: 16 } };
    const child = coordinate({
      config,
      options: { dir, executor: PROCESSES, maxRetries: 0 },
      wrap: (command) => ['setsid', ...command],
    });
    await child.until(({ type }) => type === moment);
    process.kill(-child.process.pid!, 'SIGINT');
    expect(await child.ended).toEqual({ code: 130, signal: null });
    expect(child.events.filter(({ type }) => type === 'trial-failed')).toEqual([]);
    const plan = await tinyPlan(config);
    await run(plan, { dir });
    await checkInvariant(dir, { trials: plan.trials, acked: child.acked() });
  }
});

it('a process that is killed after its trial is done does not take the next one', async () => {
  const plan = await tinyPlan({ seeds: [1, 2] });
  const [first, second] = plan.trials as [PlannedTrial, PlannedTrial];
  executor = start(first);
  const given = await task(first);
  const execution = executor.run(given, (message) => {
    if (message.type !== 'epoch' || message.metrics.epoch < first.trial.training.epochs) return;
    // The coordinator is busy: the last message has arrived, but is not read yet.
    while (!existsSync(join(given.folder, 'checkpoint.safetensors')));
    const until = performance.now() + 1000;
    while (performance.now() < until);
    execution.kill();
  });
  expect((await execution.end).type).toBe('done');
  expect((await executor.run(await task(second), () => undefined).end).type).toBe('done');
});

it('a process that hangs while it starts is recognised', async () => {
  const plugin = join(temporaryFolder(), 'hangs.mjs');
  writeFileSync(plugin, 'await new Promise(() => setInterval(() => undefined, 1000));');
  const [planned] = (await tinyPlan()).trials as [PlannedTrial];
  executor = start(planned, 1500, pathToFileURL(plugin).href);
  const end: TrialEnd = await executor.run(await task(planned), () => undefined).end;
  expect(end).toMatchObject({ type: 'fatal', error: { code: 'E_WORKER_LOAD' } });
});

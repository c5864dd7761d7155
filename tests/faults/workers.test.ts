import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { exitCode } from '@bbb/sweep';
import { describe, expect, it } from 'vitest';
import { coordinate } from '../support/sweeps/coordinator.js';
import { temporaryFolder } from '../support/folders.js';
import { checkInvariant, fingerprints } from '../support/sweeps/invariant.js';
import { eventsOf, PROCESSES, run, tinyPlan } from '../support/sweeps/tiny.js';

const faulty = (label: string, options: Record<string, unknown>) => ({ label, use: 'faulty', options });

describe('a trial', () => {
  it.each([
    ['exit-0', 'crash', 'worker exited with code: 0'],
    ['reject-late', 'error', 'rejected when nobody was looking'],
    ['function', 'error', 'complexityCost() gives a function'],
    ['bigint', 'error', 'complexityCost() gives a bigint'],
    ['throw', 'error', 'the method broke'],
    ['trap', 'trap', 'unreachable'],
  ])('that ends by %s fails alone, on threads and in processes', async (fault, kind, words) => {
    const plan = await tinyPlan({
      methods: [{ use: 'sgd' }, faulty(fault, { fault, at: 5 }), { use: 'dropout' }],
    });
    for (const use of ['threads', 'processes']) {
      const dir = temporaryFolder();
      const { outcome, events } = await run(plan, { dir, workers: 1, executor: { use, options: {} } });
      expect(outcome).toMatchObject({ status: 'failed', counts: { done: 2, failed: 1 } });
      const failures = eventsOf(events, 'trial-failed');
      expect(failures.map(({ attempt, kind: got }) => [attempt, got])).toEqual([
        [1, kind],
        [2, kind],
      ]);
      expect(failures[0]!.error.message).toContain(words);
      await checkInvariant(dir, { trials: plan.trials, lost: [plan.trials[1]!.id] });
    }
  });

  it('that needs too much JavaScript heap fails twice, and the sweep goes on', async () => {
    const dir = temporaryFolder();
    const plan = await tinyPlan({ methods: [faulty('hoards', { fault: 'heap' }), { use: 'sgd' }] });
    const { outcome, events } = await run(plan, {
      dir,
      workers: 1,
      executor: { use: 'threads', options: { heapMegabytes: 160 } },
    });
    expect(exitCode(outcome)).toBe(1);
    const failures = eventsOf(events, 'trial-failed');
    expect(failures.map(({ kind }) => kind)).toEqual(['crash', 'crash']);
    expect(failures[0]!.error.code).toBe('ERR_WORKER_OUT_OF_MEMORY');
    const attempts = readFileSync(join(dir, 'trials', plan.trials[0]!.id, 'attempts.jsonl'), 'utf8');
    expect(attempts.match(/ERR_WORKER_OUT_OF_MEMORY/g)).toHaveLength(2);
    await checkInvariant(dir, { trials: plan.trials, lost: [plan.trials[0]!.id] });
  });

  it('that leaves WebAssembly memory behind ends its thread, and the memory is freed', async () => {
    const dir = temporaryFolder();
    const log = join(temporaryFolder(), 'log');
    const hoarders = Array.from({ length: 6 }, (_, i) =>
      faulty(`hoards-${i}`, { fault: 'wasm-memory', log, tag: `${i}` }),
    );
    const plan = await tinyPlan({ methods: hoarders });
    const before = process.memoryUsage().rss;
    // Each trial leaves 64 MiB allocated.
    const { outcome } = await run(plan, {
      dir,
      workers: 1,
      executor: { use: 'threads', options: { memoryMegabytes: 200 } },
    });
    expect(outcome.status).toBe('done');
    const threads = readFileSync(log, 'utf8').trim().split('\n');
    const used = new Set(threads).size;
    console.log(`6 trials of 64 MiB that stay, limit 200 MiB: ${used} threads`);
    expect(used).toBeGreaterThan(1);
    expect(used).toBeLessThan(6);
    expect(process.memoryUsage().rss - before).toBeLessThan(400 * 2 ** 20);
    await checkInvariant(dir, { trials: plan.trials });
  });
});

describe('a worker process', () => {
  it.each(['ENOENT', 'EMFILE'])(
    "that can't be started (%s) ends the sweep with the reason, and the same command goes on",
    async (reason) => {
      const dir = temporaryFolder();
      const config = { methods: [{ use: 'sgd' }, { use: 'bbb-mixture' }] };
      const plan = await tinyPlan(config);
      const child = coordinate({
        config,
        options: { dir, executor: PROCESSES },
        preload: ['break-fork.mjs'],
        env: { BBB_TEST_FORK: reason },
        wrap: (command) => ['bash', '-c', 'ulimit -n 256; exec "$@"', 'bash', ...command],
      });
      expect(await child.ended).toEqual({ code: 1, signal: null });
      expect(child.events.at(-1)).toMatchObject({
        type: 'sweep-done',
        outcome: {
          status: 'halted',
          counts: { failed: 0, waiting: 2 },
          error: { code: 'E_WORKER_LOAD', message: expect.stringContaining(reason) },
        },
      });
      await run(plan, { dir, executor: PROCESSES });
      await checkInvariant(dir, { trials: plan.trials });
    },
  );

  it("that can't be started harms no other process if its trial is killed at the same moment", async () => {
    const script = new URL('../support/sweeps/kill-unstarted.mjs', import.meta.url).pathname;
    // The process has its own group: a signal to a missing process would go to the whole group.
    const child = spawn(process.execPath, [script], { detached: true, stdio: ['ignore', 'pipe', 'inherit'] });
    const ends = text(child.stdout);
    expect(
      await new Promise((resolve) => child.once('exit', (code, signal) => resolve(signal ?? code))),
    ).toBe(0);
    const neverStarted = { type: 'fatal', error: expect.objectContaining({ code: 'E_WORKER_LOAD' }) };
    expect(JSON.parse(await ends)).toEqual([neverStarted, neverStarted]);
  });
});

describe('the same trials', () => {
  it('have the same bytes in fresh processes, on one thread, on two, and in worker processes; seed 0 too', async () => {
    const config = {
      dataset: { use: 'mnist' },
      limit: 500,
      validation: 100,
      hidden: [[8]],
      methods: ['sgd', 'dropout', 'dropconnect', 'bbb-gaussian', 'bbb-mixture'].map((use) => ({ use })),
      training: { epochs: 2, batchSize: 100 },
      seeds: [0, 1],
    };
    const plan = await tinyPlan(config);
    const prints = [];
    for (const options of [{ workers: 1 }, { workers: 2 }, { workers: 2, executor: PROCESSES }]) {
      const dir = temporaryFolder();
      const child = coordinate({ config, options: { dir, ...options } });
      expect(await child.ended).toEqual({ code: 0, signal: null });
      await checkInvariant(dir, { trials: plan.trials, acked: child.acked() });
      prints.push(await fingerprints(dir));
    }
    expect(prints[1]).toEqual(prints[0]);
    expect(prints[2]).toEqual(prints[0]);
    expect(new Set(prints[0]!.values()).size).toBe(10);
  });
});

describe('a clock that jumps by days', () => {
  it('changes nothing but the dates in the logs', async () => {
    const dir = temporaryFolder();
    const config = { methods: [{ use: 'sgd' }, { use: 'bbb-mixture' }], seeds: [0, 1] };
    const plan = await tinyPlan(config);
    const child = coordinate({ config, options: { dir, timeoutSeconds: 60 }, preload: ['clock.mjs'] });
    expect(await child.ended).toEqual({ code: 0, signal: null });
    for (const event of child.events) {
      if (event.type !== 'trial-done') continue;
      expect(event.seconds).toBeGreaterThan(0);
      expect(event.seconds).toBeLessThan(60);
      expect(event.etaSeconds).toBeGreaterThanOrEqual(0);
      expect(event.etaSeconds).toBeLessThan(600);
      for (const { seconds } of event.result.epochs) expect(seconds).toBeLessThan(60);
    }
    const undisturbed = temporaryFolder();
    await run(plan, { dir: undisturbed });
    await checkInvariant(dir, {
      trials: plan.trials,
      acked: child.acked(),
      undisturbed: await fingerprints(undisturbed),
    });
  });
});

import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { exitCode, readSweep, type Plan } from '@bbb/sweep';
import { beforeAll, describe, expect, it } from 'vitest';
import { threads } from '../../packages/sweep/src/executor/threads.js';
import { sharedFolder, temporaryFolder } from '../support/folders.js';
import { checkInvariant } from '../support/sweeps/invariant.js';
import { eventsOf, run, tinyPlan, type Run } from '../support/sweeps/tiny.js';

const faulty = (label: string, options: Record<string, unknown>) => ({ label, use: 'faulty', options });

describe('a sweep with trials that go wrong', () => {
  const dir = join(sharedFolder(), 'sweep');
  let plan: Plan;
  let ran: Run;
  const log = (name: string): string => join(dir, '..', `${name}.log`);
  beforeAll(async () => {
    plan = await tinyPlan({
      methods: [
        { use: 'sgd' },
        faulty('throws', { fault: 'throw', at: 7 }),
        faulty('recovers', { fault: 'throw', at: 7, log: log('recovers'), once: true }),
        faulty('exits', { fault: 'exit-3', at: 9 }),
        faulty('traps', { fault: 'trap', log: log('traps') }),
        faulty('after-trap', { log: log('after-trap') }),
        faulty('diverges', { fault: 'nan', at: 8 }),
        { use: 'bbb-mixture' },
      ],
    });
    // There is one worker, so every trial runs on the thread that the failure before it left.
    ran = await run(plan, { dir, workers: 1 });
  });

  const idOf = (label: string): string => plan.trials.find((trial) => trial.label === label)!.id;
  const failuresOf = (label: string) =>
    eventsOf(ran.events, 'trial-failed').filter((event) => event.label === label);

  it('ends, keeps the others, and counts', async () => {
    expect(ran.outcome).toMatchObject({
      status: 'failed',
      counts: { total: 8, done: 4, failed: 3, diverged: 1, running: 0, waiting: 0 },
    });
    expect(exitCode(ran.outcome)).toBe(1);
    const good = ['sgd', 'recovers', 'after-trap', 'bbb-mixture'];
    const lost = plan.trials.filter(({ label }) => !good.includes(label)).map(({ id }) => id);
    const acked = eventsOf(ran.events, 'trial-done').map(({ id }) => id);
    expect(acked.toSorted()).toEqual(good.map(idOf).toSorted());
    await checkInvariant(dir, { trials: plan.trials, acked, lost });
  });

  it.each([
    ['throws', 'error', 'the method broke'],
    ['exits', 'crash', 'worker exited with code: 3'],
    ['traps', 'trap', 'unreachable'],
  ])('%s: is tried twice, and reported as %s both times', (label, kind, words) => {
    const failures = failuresOf(label);
    expect(failures.map(({ attempt, willRetry }) => [attempt, willRetry])).toEqual([
      [1, true],
      [2, false],
    ]);
    for (const failure of failures) {
      expect(failure.kind).toBe(kind);
      expect(failure.error.message).toContain(words);
    }
  });

  it('keeps class, code, hint and stack of an error across threads', () => {
    const { error } = failuresOf('throws')[0]!;
    expect(error).toMatchObject({ name: 'TypeError', code: 'E_MINE', hint: 'mend it' });
    expect(error.stack).toContain('faulty.js');
  });

  it('goes on from the checkpoint if a failed trial is tried again', () => {
    // Step 7 is in the second epoch of four steps, so the first epoch is kept.
    const starts = eventsOf(ran.events, 'trial-start').filter(({ label }) => label === 'recovers');
    expect(starts.map(({ attempt, resumedEpochs }) => [attempt, resumedEpochs.length])).toEqual([
      [1, 0],
      [2, 1],
    ]);
  });

  it('does not try a diverged trial again', () => {
    const [failure, ...more] = failuresOf('diverges');
    expect(failure).toMatchObject({ kind: 'diverged', willRetry: false, error: { code: 'E_DIVERGED' } });
    expect(more).toEqual([]);
  });

  it('never uses a thread again whose WebAssembly trapped', () => {
    const threads = [...lines('traps'), ...lines('after-trap')];
    expect(threads).toHaveLength(3);
    expect(new Set(threads).size).toBe(3);
  });
  const lines = (name: string): string[] => readFileSync(log(name), 'utf8').trim().split('\n');

  it('records how every attempt ended', () => {
    const path = join(dir, 'trials', idOf('traps'), 'attempts.jsonl');
    const entries = readFileSync(path, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as object);
    const start = { event: 'start', pid: process.pid, node: process.version };
    const end = { event: 'end', outcome: 'failed', kind: 'trap', error: { name: 'RuntimeError' } };
    expect(entries).toMatchObject([
      { ...start, attempt: 1 },
      { ...end, attempt: 1, final: false },
      { ...start, attempt: 2 },
      { ...end, attempt: 2, final: true },
    ]);
  });

  it('keeps failed trials failed when it is run again', async () => {
    const again = await run(plan, { dir });
    const counts = { done: 4, kept: 4, failed: 3, diverged: 1 };
    expect(again.outcome).toMatchObject({ status: 'failed', counts });
    expect(eventsOf(again.events, 'trial-start')).toEqual([]);
    const { failed, missing } = await readSweep(dir);
    expect(missing).toEqual([]);
    expect(failed).toHaveLength(4);
    expect(failed.find(({ id }) => id === idOf('traps'))).toMatchObject({ kind: 'trap', attempts: 2 });
  });
});

describe('a sweep', () => {
  it('ends an endless trial at its deadline, and goes on', async () => {
    const dir = temporaryFolder();
    const plan = await tinyPlan({ methods: [faulty('loops', { fault: 'loop' }), { use: 'sgd' }] });
    let started = 0;
    let failed = 0;
    const { outcome, events } = await run(plan, {
      dir,
      workers: 1,
      maxRetries: 0,
      timeoutSeconds: 3,
      onEvent({ type }) {
        if (type === 'trial-start') started ||= performance.now();
        if (type === 'trial-failed') failed = performance.now();
      },
    });
    expect(failed - started).toBeGreaterThan(2900);
    expect(failed - started).toBeLessThan(4000);
    expect(outcome.counts).toMatchObject({ done: 1, failed: 1 });
    expect(eventsOf(events, 'trial-failed')[0]).toMatchObject({
      kind: 'timeout',
      error: { code: 'E_TIMEOUT' },
    });
    await checkInvariant(dir, { trials: plan.trials, lost: [plan.trials[0]!.id] });
  });

  it('stops at the first failure on request, and can go on', async () => {
    const dir = temporaryFolder();
    const plan = await tinyPlan({
      methods: [
        faulty('throws', { fault: 'throw', log: join(dir, 'sweep.log'), once: true }),
        { use: 'sgd' },
      ],
      seeds: [0, 1],
    });
    const first = await run(plan, { dir, workers: 1, failFast: true, maxRetries: 0 });
    expect(first.outcome).toMatchObject({ status: 'failed', counts: { done: 0, failed: 1, waiting: 3 } });
    expect(exitCode(first.outcome)).toBe(1);
    const second = await run(plan, { dir, workers: 1, failFast: true, retryFailed: true });
    expect(second.outcome).toMatchObject({ status: 'done', counts: { done: 4 } });
    rmSync(join(dir, 'sweep.log'));
    await checkInvariant(dir, { trials: plan.trials });
  });

  it('keeps the retries of a trial that fails while the sweep is stopping', async () => {
    const dir = temporaryFolder();
    // It is asked to stop after its first epoch of four steps, but fails in the second.
    const options = { fault: 'throw', at: 6, log: join(temporaryFolder(), 'log'), once: true };
    const plan = await tinyPlan({ methods: [faulty('throws', options)] });
    const stop = new AbortController();
    const first = await run(plan, {
      dir,
      workers: 1,
      signal: stop.signal,
      onEvent({ type }) {
        if (type === 'epoch') stop.abort('SIGINT');
      },
    });
    expect(first.outcome).toMatchObject({ status: 'interrupted', counts: { failed: 0, waiting: 1 } });
    expect(eventsOf(first.events, 'trial-failed')).toMatchObject([{ attempt: 1, willRetry: true }]);
    const second = await run(plan, { dir, workers: 1 });
    expect(second.outcome).toMatchObject({ status: 'done', counts: { done: 1 } });
    expect(eventsOf(second.events, 'trial-start')).toMatchObject([{ attempt: 2 }]);
    await checkInvariant(dir, { trials: plan.trials });
  });

  it("ends with a clear message if workers can't start", async () => {
    const dir = temporaryFolder();
    const plan = await tinyPlan();
    const began = performance.now();
    // The module loads here, but fails to load in the worker.
    const mainOnly = new URL('./fixtures/main-thread-only.ts', import.meta.url).href;
    const { PLUGINS } = await import('../support/sweeps/tiny.js');
    const { outcome } = await run(plan, { dir, plugins: [...PLUGINS, mainOnly] });
    expect(performance.now() - began).toBeLessThan(10_000);
    expect(outcome).toMatchObject({ status: 'halted', counts: { waiting: 1, failed: 0 } });
    expect(outcome.error?.message).toContain('not in a worker');
    expect(exitCode(outcome)).toBe(1);
    await run(plan, { dir, workers: 1 });
    await checkInvariant(dir, { trials: plan.trials });
  });

  it('ends in order if the listener throws', async () => {
    const dir = temporaryFolder();
    const plan = await tinyPlan();
    const { outcome } = await run(plan, {
      dir,
      workers: 1,
      onEvent({ type }) {
        if (type === 'epoch') throw new Error('the screen broke');
      },
    });
    expect(outcome).toMatchObject({ status: 'halted', error: { message: 'the screen broke' } });
    expect(existsSync(join(dir, 'sweep.lock'))).toBe(false);
  });

  it('reports what broke, also while it was being interrupted', async () => {
    const dir = temporaryFolder();
    const plan = await tinyPlan();
    const stop = new AbortController();
    const { outcome } = await run(plan, {
      dir,
      workers: 1,
      signal: stop.signal,
      onEvent({ type }) {
        if (type === 'epoch') stop.abort('SIGINT');
        if (type === 'trial-stopped') throw new Error('the screen broke');
      },
    });
    expect(outcome).toMatchObject({ status: 'halted', error: { message: 'the screen broke' } });
    expect(exitCode(outcome)).toBe(1);
  });

  it("ends and releases its folder, even if its executor can't be closed", async () => {
    const dir = temporaryFolder();
    const plan = await tinyPlan();
    const { outcome, events } = await run(plan, {
      dir,
      executor: {
        capacity: 1,
        async start(context) {
          const executor = await threads.create(threads.options.parse({})).start(context);
          return {
            ...executor,
            async close() {
              await executor.close();
              throw new Error('the server is gone');
            },
          };
        },
      },
    });
    expect(outcome).toMatchObject({ status: 'done', counts: { done: 1 } });
    expect(eventsOf(events, 'warning')).toMatchObject([
      { code: 'W_EXECUTOR', message: expect.stringContaining('the server is gone') },
    ]);
    expect(events.at(-1)).toMatchObject({ type: 'sweep-done' });
    await checkInvariant(dir, { trials: plan.trials });
  });
});

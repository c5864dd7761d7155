import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plan } from '@bbb/sweep';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { coordinate } from '../support/sweeps/coordinator.js';
import { sharedFolder, temporaryFolder } from '../support/folders.js';
import { checkInvariant, fingerprints, type Fingerprints } from '../support/sweeps/invariant.js';
import { eventsOf, run, tinyPlan } from '../support/sweeps/tiny.js';

const config = { methods: [{ use: 'sgd' }, { use: 'bbb-mixture' }], seeds: [0, 1] };

let plan: Plan;
let undisturbed: Fingerprints;
const reference = sharedFolder();
beforeAll(async () => {
  plan = await tinyPlan(config);
  await run(plan, { dir: reference, workers: 1 });
  undisturbed = await fingerprints(reference);
});

/** Runs the remaining trials in this process, and checks the folder. */
async function resume(dir: string, acked: string[]): Promise<{ trained: number }> {
  const { outcome, events } = await run(plan, { dir, workers: 1 });
  expect(outcome.status).toBe('done');
  await checkInvariant(dir, { trials: plan.trials, acked, undisturbed });
  return { trained: eventsOf(events, 'epoch').length };
}

describe('a coordinator that is killed', () => {
  it('with SIGKILL in the middle of a trial loses nothing that it reported, and trains nothing twice', async () => {
    const dir = temporaryFolder();
    const child = coordinate({ config, options: { dir } });
    // During the second epoch of the trial after the first.
    await child.until(
      (event) =>
        event.type === 'epoch' &&
        child.acked().length >= 1 &&
        !child.acked().includes(event.id) &&
        event.metrics.epoch === 2,
    );
    child.process.kill('SIGKILL');
    expect((await child.ended).signal).toBe('SIGKILL');
    const reported = child.events.filter(({ type }) => type === 'epoch').length;
    const { trained } = await resume(dir, child.acked());
    expect(trained).toBeLessThanOrEqual(plan.trials.length * 3 - reported);
  });

  it('with SIGKILL in the middle of a procedure goes on from there, to the same bytes', async () => {
    // Every step sleeps, so that a signal can arrive in the middle.
    const slow = {
      methods: [{ use: 'faulty', options: { fault: 'sleep', ms: 60 } }],
      pruning: { pruners: [{ use: 'magnitude' }], shares: [0.5, 0.9], procedure: { use: 'gradual' } },
      seeds: [0],
    };
    const own = await tinyPlan(slow);
    const straight = temporaryFolder();
    await run(own, { dir: straight, workers: 1 });
    const dir = temporaryFolder();
    const child = coordinate({ config: slow, options: { dir, checkpointSeconds: 0 } });
    // Two epochs of the procedure are stored, after the three of the trial's own training.
    const checkpoints = join(dir, 'trials', own.trials[0]!.id, 'checkpoints.jsonl');
    await vi.waitFor(() => expect(readFileSync(checkpoints, 'utf8').split('\n').length).toBeGreaterThan(5), {
      timeout: 30_000,
      interval: 10,
    });
    child.process.kill('SIGKILL');
    expect((await child.ended).signal).toBe('SIGKILL');
    expect(child.acked()).toEqual([]);
    const { outcome, events } = await run(own, { dir, workers: 1 });
    expect(outcome.status).toBe('done');
    // The trial's own training had ended, and is not repeated.
    expect(eventsOf(events, 'epoch')).toEqual([]);
    await checkInvariant(dir, { trials: own.trials, undisturbed: await fingerprints(straight) });
  });

  it.each([
    ['before its result is linked, runs that trial again', 'kill-before'],
    ['after its result is linked but not yet in the index, keeps it', 'kill-after'],
  ])('%s', async (_what, how) => {
    const dir = temporaryFolder();
    const flag = join(temporaryFolder(), 'flag');
    const child = coordinate({
      config,
      options: { dir, workers: 1 },
      preload: ['break-link.mjs'],
      env: { BBB_TEST_LINK: `${how} 2 ${flag}` },
    });
    expect((await child.ended).signal).toBe('SIGKILL');
    expect(child.acked()).toEqual([plan.trials[0]!.id]);
    const { outcome, events } = await run(plan, { dir, workers: 1 });
    const kept = how === 'kill-after' ? 2 : 1;
    expect(outcome).toMatchObject({ status: 'done', counts: { done: 4, kept } });
    // Even then no epoch is repeated, because the last checkpoint exists.
    const second = eventsOf(events, 'trial-start').filter(({ id }) => id === plan.trials[1]!.id);
    expect(second.map(({ attempt, resumedEpochs }) => [attempt, resumedEpochs.length])).toEqual(
      how === 'kill-after' ? [] : [[2, 3]],
    );
    await checkInvariant(dir, { trials: plan.trials, acked: child.acked(), undisturbed });
  });

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('by %s stops at a checkpoint and ends with %i', async (signal, code) => {
    const dir = temporaryFolder();
    const child = coordinate({ config, options: { dir, workers: 1 } });
    await child.until(({ type }) => type === 'epoch');
    child.process.kill(signal);
    expect(await child.ended).toEqual({ code, signal: null });
    expect(child.events.at(-1)).toMatchObject({
      type: 'sweep-done',
      outcome: { status: 'interrupted', signal },
    });
    await resume(dir, child.acked());
  });

  it('by a second SIGINT ends at once, in the middle of an epoch', async () => {
    const dir = temporaryFolder();
    const options = { fault: 'sleep', ms: 60_000, once: true, log: join(temporaryFolder(), 'log') };
    const slow = [{ use: 'faulty', options }];
    const child = coordinate({ config: { methods: slow }, options: { dir, workers: 1 } });
    await vi.waitFor(() => expect(existsSync(options.log)).toBe(true), 30_000);
    child.process.kill('SIGINT');
    // The process has received the first signal, and continues its epoch.
    await child.until(({ type }) => type === 'stopping');
    expect(child.process.exitCode).toBeNull();
    child.process.kill('SIGINT');
    expect(await child.ended).toEqual({ code: 130, signal: null });
    const slowPlan = await tinyPlan({ methods: slow });
    expect((await run(slowPlan, { dir })).outcome.status).toBe('done');
    await checkInvariant(dir, { trials: slowPlan.trials });
  });

  it('keeps a second one out until it ends', async () => {
    const dir = temporaryFolder();
    // Sleeps, but only in the first attempt.
    const options = { fault: 'sleep', ms: 60_000, once: true, log: join(temporaryFolder(), 'log') };
    const slow = { methods: [{ use: 'faulty', options }] };
    const first = coordinate({ config: slow, options: { dir, checkpointSeconds: 0 } });
    await vi.waitFor(() => expect(existsSync(options.log)).toBe(true), 30_000);
    const slowPlan = await tinyPlan(slow);
    await expect(run(slowPlan, { dir })).rejects.toMatchObject({
      code: 'E_SWEEP_LOCKED',
      message: expect.stringContaining(`process ${first.process.pid}`),
    });
    const second = coordinate({ config: slow, options: { dir, checkpointSeconds: 0 } });
    expect(await second.ended).toEqual({ code: 2, signal: null });
    first.process.kill('SIGKILL');
    await first.ended;
    expect((await run(slowPlan, { dir })).outcome.status).toBe('done');
    await checkInvariant(dir, { trials: slowPlan.trials });
  });
});

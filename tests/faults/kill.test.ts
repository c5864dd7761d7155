import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fold, rootKey, unitUniform } from '@bbb/core';
import type { Plan } from '@bbb/sweep';
import { beforeAll, expect, it, vi } from 'vitest';
import { processStart } from '../../packages/sweep/src/store/process-identity.js';
import { coordinate } from '../support/sweeps/coordinator.js';
import { sharedFolder, temporaryFolder } from '../support/folders.js';
import { checkInvariant, fingerprints, type Fingerprints } from '../support/sweeps/invariant.js';
import { PROCESSES, run, tinyPlan } from '../support/sweeps/tiny.js';

const KILLS = 50;
const WORKERS = 2;

/** Thirty trials of twelve epochs. They are slow enough that fifty kills happen during the sweep. */
const config = {
  methods: [
    { use: 'faulty', options: { fault: 'sleep', ms: 10 } },
    { use: 'bbb-mixture' },
    { use: 'dropout' },
  ],
  training: { epochs: 12, batchSize: 16 },
  seeds: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
};

let plan: Plan;
let undisturbed: Fingerprints;
const reference = sharedFolder();
beforeAll(async () => {
  plan = await tinyPlan(config);
  await run(plan, { dir: reference, checkpointSeconds: 2 });
  undisturbed = await fingerprints(reference);
});

it(`is killed with SIGKILL ${KILLS} times at random instants and ends with thirty results`, async () => {
  const dir = temporaryFolder();
  const acked = new Set<string>();
  const epochs = new Map<string, number>();
  let kills = 0;
  let duringTrials = 0;
  for (let runs = 0; ; runs++) {
    const child = coordinate({ config, options: { dir, workers: WORKERS } });
    let ended = false;
    void child.ended.then(() => (ended = true));
    if (kills < KILLS) {
      // Some kills happen before the first trial, while the folder is being opened.
      const early = runs % 5 === 0;
      if (!early) await child.until(({ type }) => type === 'trial-start');
      await sleep(unitUniform(fold(rootKey(7), 'kill', runs)) * (early ? 1500 : 250));
      child.process.kill('SIGKILL');
    }
    const { code, signal } = await child.ended;
    expect(ended).toBe(true);
    for (const id of child.acked()) {
      expect(acked.has(id), `${id} was done before`).toBe(false);
      acked.add(id);
    }
    for (const event of child.events) {
      if (event.type === 'epoch') epochs.set(event.id, (epochs.get(event.id) ?? 0) + 1);
      if (event.type === 'thrown') throw new Error(event.error.message);
    }
    if (signal === 'SIGKILL') {
      kills++;
      if (child.events.some(({ type }) => type === 'trial-start')) duringTrials++;
      continue;
    }
    expect(code).toBe(0);
    break;
  }
  await checkInvariant(dir, { trials: plan.trials, acked, undisturbed });
  const trained = [...epochs.values()].reduce((sum, count) => sum + count, 0);
  const needed = plan.trials.length * 12;
  console.log(
    `${kills} kills, ${duringTrials} of them during trials; ${trained} epochs reported for ${needed}`,
  );
  // An epoch is repeated only if the kill came between its end and its checkpoint.
  expect(trained).toBeLessThanOrEqual(needed + kills * WORKERS);
}, 1_200_000);

it('is ended with its parent: no process outlives a coordinator that is killed', async () => {
  const dir = temporaryFolder();
  // Loops forever, but only in the first attempt.
  const options = { fault: 'loop', once: true, log: join(temporaryFolder(), 'log') };
  const slow = { methods: [{ use: 'faulty', options }, { use: 'sgd' }] };
  const child = coordinate({ config: slow, options: { dir, executor: PROCESSES } });
  await vi.waitFor(() => expect(existsSync(options.log)).toBe(true), 60_000);
  const orphans = await descendants(child.process.pid!);
  expect(orphans.length).toBeGreaterThan(0);
  child.process.kill('SIGKILL');
  await child.ended;
  // A process notices that its channel is closed. On a busy machine this takes a moment.
  await vi.waitFor(() => expect(orphans.filter((pid) => isAlive(pid))).toEqual([]), 20_000);
  const slowPlan = await tinyPlan(slow);
  await run(slowPlan, { dir });
  await checkInvariant(dir, { trials: slowPlan.trials, acked: child.acked() });
});

it('survives a worker process that is killed', async () => {
  const dir = temporaryFolder();
  const config = { methods: [{ use: 'faulty', options: { fault: 'sleep', ms: 30 } }, { use: 'sgd' }] };
  const child = coordinate({ config, options: { dir, executor: PROCESSES, workers: 1 } });
  await child.until(({ type }) => type === 'epoch');
  for (const pid of await descendants(child.process.pid!)) {
    if (isAlive(pid)) process.kill(pid, 'SIGKILL');
  }
  expect(await child.ended).toEqual({ code: 0, signal: null });
  expect(child.events.find(({ type }) => type === 'trial-failed')).toMatchObject({
    kind: 'crash',
    willRetry: true,
    error: { message: expect.stringContaining('SIGKILL') },
  });
  const slow = await tinyPlan(config);
  await checkInvariant(dir, { trials: slow.trials, acked: child.acked() });
});

/** The worker processes below a process: forked node processes with an IPC channel. */
async function descendants(pid: number): Promise<number[]> {
  const { readFileSync, readdirSync } = await import('node:fs');
  const parents = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
        return [{ pid: Number(name), parent: Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) }];
      } catch {
        return [];
      }
    });
  return parents
    .filter(({ pid: child, parent }) => parent === pid && isNode(child))
    .map(({ pid: child }) => child);

  function isNode(child: number): boolean {
    return readFileSync(`/proc/${child}/cmdline`, 'utf8').includes('pool/child');
  }
}

/** A process counts as gone if it has ended and no parent has read its exit code. */
function isAlive(pid: number): boolean {
  return processStart(pid) !== undefined;
}

import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { createRegistry, loadPlugins, type BbbError } from '@bbb/core';
import { exitCode, readSweep, type Plan } from '@bbb/sweep';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { describeFailure } from '@bbb/cli';
import { startScheduling } from '../../packages/sweep/src/run/scheduling.js';
import { createScheduler } from '../../packages/sweep/src/search/scheduler.js';
import { adoptShares } from '../../packages/sweep/src/store/shares.js';
import { coordinate } from '../support/sweeps/coordinator.js';
import { newFolder, removeFolder, sharedFolder, temporaryFolder } from '../support/folders.js';
import { checkInvariant, fingerprints, type Fingerprints } from '../support/sweeps/invariant.js';
import { eventsOf, PLUGINS, run, tinyPlan } from '../support/sweeps/tiny.js';

const config = { methods: [{ use: 'sgd' }, { use: 'bbb-mixture' }], seeds: [0, 1] };

let plan: Plan;
let undisturbed: Fingerprints;
const reference = sharedFolder();
beforeAll(async () => {
  plan = await tinyPlan(config);
  await run(plan, { dir: reference });
  undisturbed = await fingerprints(reference);
});

const mounts: string[] = [];
afterEach(() => {
  // libsql keeps a closed index open until the garbage collector frees its statements.
  for (const path of mounts.splice(0)) execFileSync('umount', ['--lazy', path]);
});

/** A file system in memory with this many KiB. Undefined if mounting is not allowed. */
function smallDisk(kib: number, folder = temporaryFolder()): string | undefined {
  const path = join(folder, 'disk');
  mkdirSync(path);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${kib}k`, 'tmpfs', path], { stdio: 'pipe' });
  } catch {
    return undefined;
  }
  mounts.push(path);
  return path;
}
const remount = (path: string, options: string): void =>
  void execFileSync('mount', ['-o', `remount,${options}`, path]);
/** Fills a disk completely. */
function fillUp(disk: string): void {
  const file = openSync(join(disk, 'full'), 'w');
  const page = Buffer.alloc(4096);
  try {
    for (;;) writeSync(file, page);
  } catch {
    closeSync(file);
  }
}
const mayMount = (() => {
  const folder = newFolder();
  const path = smallDisk(64, folder);
  if (path !== undefined) execFileSync('umount', ['--lazy', mounts.pop()!]);
  removeFolder(folder);
  return path !== undefined;
})();

if (!mayMount)
  process.stderr.write('SKIPPED: tests of full disks may not mount any here (they need root).\n');

describe.skipIf(!mayMount)('a disk that fills up', () => {
  // Each size is four pages larger, so the disk becomes full while another file is written: the configuration, the index, a log, the
  // metrics, a checkpoint or a result. This file system cuts a write that does not fit, and gives no error.
  const sizes = Array.from({ length: 14 }, (_, i) => 16 + i * 16);

  it.each(sizes)('after %i KiB stops the sweep, which loses nothing and can go on', async (size) => {
    const disk = smallDisk(size)!;
    const dir = join(disk, 'sweep');
    const acked: string[] = [];
    let stopped = false;
    try {
      const { outcome, events } = await run(plan, { dir, workers: 1 });
      acked.push(...eventsOf(events, 'trial-done').map(({ id }) => id));
      stopped = outcome.status === 'disk-full';
      expect(outcome.status).toMatch(/^(disk-full|done)$/);
      if (stopped) {
        expect(exitCode(outcome)).toBe(4);
        expect(outcome.error).toMatchObject({
          code: 'E_DISK_FULL',
          message: expect.stringContaining('full'),
        });
        // The finished results can be read on the full disk.
        const { results, failed } = await readSweep(dir);
        expect(results.map(({ id }) => id)).toEqual(expect.arrayContaining(acked));
        expect(failed).toEqual([]);
      }
    } catch (error) {
      // The disk had no space even for the configuration.
      if ((error as BbbError).code !== 'E_DISK_FULL') throw error;
      expect(describeFailure(error).exitCode).toBe(4);
      stopped = true;
    }
    console.log(`${size} KiB: ${stopped ? 'full' : 'enough'} after ${acked.length} trials`);
    remount(disk, 'size=8m');
    const resumed = await run(plan, { dir, workers: 1 });
    expect(resumed.outcome).toMatchObject({ status: 'done', counts: { kept: expect.any(Number) } });
    expect(resumed.outcome.counts.kept).toBeGreaterThanOrEqual(acked.length);
    await checkInvariant(dir, { trials: plan.trials, acked, undisturbed });
  });

  it('while the sweep is being interrupted is reported, and the sweep can go on', async () => {
    const disk = smallDisk(4096)!;
    const dir = join(disk, 'sweep');
    // The disk becomes full long before the next epoch ends with a checkpoint.
    const slow = await tinyPlan({ methods: [{ use: 'faulty', options: { fault: 'sleep', ms: 50 } }] });
    const stop = new AbortController();
    const { outcome, events } = await run(slow, {
      dir,
      checkpointSeconds: 60,
      signal: stop.signal,
      onEvent({ type }) {
        if (type !== 'epoch' || stop.signal.aborted) return;
        stop.abort('SIGINT');
        fillUp(disk);
      },
    });
    expect(eventsOf(events, 'stopping')).toHaveLength(1);
    expect(outcome).toMatchObject({ status: 'disk-full', error: { code: 'E_DISK_FULL' } });
    expect(exitCode(outcome)).toBe(4);
    rmSync(join(disk, 'full'));
    expect((await run(slow, { dir })).outcome.status).toBe('done');
    await checkInvariant(dir, { trials: slow.trials });
  });

  it('never lets a scheduler use a report that is not completely stored', async () => {
    const disk = smallDisk(64)!;
    const { config: searched } = await tinyPlan({
      methods: [{ use: 'sgd', grid: { 'training.optimizer.learningRate': [0.1, 0.01] } }],
      search: { scheduler: { use: 'median', options: {} } },
    });
    const scheduler = createScheduler(searched, createRegistry(await loadPlugins(PLUGINS)))!;
    const scheduling = await startScheduling(disk, scheduler, 'validationError', () => true);
    const report = (i: number): unknown =>
      scheduling.report(`trial-${i}`, { epoch: 1, validationError: 0.5 } as never, false);
    report(0);
    fillUp(disk);
    let taken = 1;
    // Reports fit until the last page of the file is full.
    const fill = (): void => {
      for (; taken < 4096; taken++) report(taken);
    };
    expect(fill).toThrow(expect.objectContaining({ code: 'E_DISK_FULL' }));
    scheduling.close();
    const lines = readFileSync(join(disk, 'sweep.reports.jsonl'), 'utf8').split('\n');
    expect(lines.length - 1).toBe(taken);
  });

  it('does not stop the sweep from taking over results of shards, also after a failed try', async () => {
    const disk = smallDisk(4096)!;
    const [planned] = plan.trials;
    // Hard links between the two file systems are impossible.
    const shares = temporaryFolder();
    await run({ ...plan, trials: [planned!] }, { dir: join(shares, '0-of-4') });
    const there = join(disk, 'sweep.shares');
    mkdirSync(there);
    execFileSync('mount', ['--bind', shares, there]);
    const files = ['checkpoint.safetensors', 'attempts.jsonl', 'metrics.jsonl', 'trial.json'].map((name) =>
      [disk, join(shares, '0-of-4')].map((dir) => join(dir, 'trials', planned!.id, name)),
    );
    mkdirSync(join(disk, 'trials', planned!.id), { recursive: true });
    for (const [copy, original] of files) {
      const whole = readFileSync(original!);
      writeFileSync(copy!, whole.subarray(0, whole.length >> 1));
    }
    try {
      expect(await adoptShares(disk, { trials: plan.trials })).toBe(1);
    } finally {
      execFileSync('umount', [there]);
    }
    for (const [copy, original] of files)
      expect(readFileSync(copy!).equals(readFileSync(original!)), copy).toBe(true);
  });

  it('that can only be read gives one clear message', async () => {
    const disk = smallDisk(4096)!;
    const dir = join(disk, 'sweep');
    // Another process runs this, so no file stays open.
    expect((await coordinate({ config, options: { dir } }).ended).code).toBe(0);
    remount(disk, 'ro');
    const error = await run(plan, { dir }).then(
      () => undefined,
      (thrown: unknown) => thrown as BbbError,
    );
    expect(error).toMatchObject({ code: 'E_STORE_IO', hint: expect.stringContaining('read-only') });
    expect((await readSweep(dir)).results).toHaveLength(plan.trials.length);
    remount(disk, 'rw');
    await run(plan, { dir });
    await checkInvariant(dir, { trials: plan.trials, undisturbed });
  });
});

describe('a store that fails', () => {
  it.each(['EIO', 'ENOSPC', 'EMFILE'])(
    'with %s when a result is linked: one message, nothing lost',
    async (code) => {
      const dir = temporaryFolder();
      const child = coordinate({
        config,
        options: { dir, workers: 2 },
        preload: ['break-link.mjs'],
        env: { BBB_TEST_LINK: `${code} 2 ${join(temporaryFolder(), 'flag')}` },
      });
      expect(await child.ended).toEqual({ code: code === 'ENOSPC' ? 4 : 1, signal: null });
      const end = child.events.at(-1);
      const status = code === 'ENOSPC' ? 'disk-full' : 'halted';
      expect(end).toMatchObject({
        type: 'sweep-done',
        outcome: { status, error: { message: expect.any(String) } },
      });
      await run(plan, { dir });
      await checkInvariant(dir, { trials: plan.trials, acked: child.acked(), undisturbed });
    },
  );

  it('because it may not be written: one message, nothing lost', async () => {
    const dir = temporaryFolder();
    await run(plan, { dir });
    const trial = join(dir, 'trials', plan.trials[0]!.id);
    rmSync(join(trial, 'result.json'));
    // Root ignores permissions, so the coordinator runs as the user nobody.
    const wrap = (command: readonly string[]): readonly string[] =>
      process.getuid?.() === 0
        ? ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', ...command]
        : command;
    chmodSync(dir, 0o555);
    const child = coordinate({ config, options: { dir }, wrap });
    expect((await child.ended).code).toBe(2);
    chmodSync(dir, 0o755);
    expect(child.events).toEqual([
      {
        type: 'thrown',
        error: expect.objectContaining({
          code: 'E_STORE_IO',
          message: expect.stringContaining('permission denied'),
        }),
      },
    ]);
    await run(plan, { dir });
    await checkInvariant(dir, { trials: plan.trials, undisturbed });
  });

  it.each([26, 32, 40, 56])(
    'because only %i files may be open: the sweep ends, and nothing is lost',
    async (limit) => {
      const dir = temporaryFolder();
      const child = coordinate({
        config,
        options: { dir, workers: 2 },
        wrap: (command) => ['bash', '-c', `ulimit -n ${limit}; exec "$@"`, 'bash', ...command],
      });
      const { code } = await child.ended;
      console.log(`ulimit -n ${limit}: exit ${code}`, child.events.at(-1) ?? 'before the sweep began');
      await run(plan, { dir });
      await checkInvariant(dir, { trials: plan.trials, acked: child.acked(), undisturbed });
    },
  );
});

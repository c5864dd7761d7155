import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BbbError } from '@bbb/core';
import { sweepStatus } from '@bbb/sweep';
import { afterEach, describe, expect, it } from 'vitest';
import { lockOwner, lockSweep, surelyOwner } from '../../packages/sweep/src/store/lock/lock.js';
import { temporaryFolder } from '../support/folders.js';
import { run, tinyPlan } from '../support/sweeps/tiny.js';

const BEAT_MS = 100;
/** The time of ten heartbeats. */
const PATIENCE_MS = 10 * BEAT_MS;
const HOLDER = fileURLToPath(new URL('fixtures/lock-holder.mjs', import.meta.url));
const mayUnshare = spawnSync('unshare', ['--pid', '--fork', 'true']).status === 0;

const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

/** A coordinator in its own container, with the name of this host. */
async function contained(dir: string, namespaces: readonly string[], how = 'idle'): Promise<ChildProcess> {
  const command = [
    ...namespaces,
    '--fork',
    '--kill-child',
    process.execPath,
    HOLDER,
    dir,
    String(BEAT_MS),
    how,
  ];
  const child = spawn('unshare', command, { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  const [said] = (await once(child.stdout, 'data')) as [Buffer];
  expect(String(said)).toBe('locked\n');
  return child;
}

const refusal = (dir: string): Promise<BbbError> =>
  lockSweep(dir).then(
    () => expect.fail('the lock was taken'),
    (error: unknown) => error as BbbError,
  );

describe.skipIf(!mayUnshare)('a coordinator in another container of the same host name', () => {
  it.each([
    ['', ['--pid']],
    [', whose /proc is its own', ['--pid', '--mount-proc']],
  ])(
    'keeps its lock until it is killed; then another takes it over after ten heartbeats%s',
    async (_, namespaces) => {
      const dir = temporaryFolder();
      const holder = await contained(dir, namespaces);
      expect((await refusal(dir)).code).toBe('E_SWEEP_LOCKED');
      expect(await lockOwner(dir)).toMatchObject({ host: hostname() });
      holder.kill('SIGKILL');
      await once(holder, 'exit');
      const waits: number[] = [];
      const began = performance.now();
      const unlock = await lockSweep(dir, { onWait: (_owner, seconds) => waits.push(seconds) });
      expect(performance.now() - began).toBeGreaterThanOrEqual(PATIENCE_MS);
      expect(waits).toEqual([PATIENCE_MS / 1000]);
      await unlock();
    },
  );

  it('keeps its lock while it is fully busy', async () => {
    const dir = temporaryFolder();
    await contained(dir, ['--pid'], 'busy');
    const beats = new Set<number>();
    const countBeats = (): number => beats.add(statSync(join(dir, 'sweep.lock')).mtimeMs).size;
    await expect.poll(countBeats, { interval: BEAT_MS / 4 }).toBeGreaterThan(3);
    expect((await refusal(dir)).code).toBe('E_SWEEP_LOCKED');
  });
});

/** A lock of a coordinator that is not visible from here. */
function unseen(dir: string, owner: object = {}): string {
  const path = join(dir, 'sweep.lock');
  const fields = {
    token: 't',
    host: hostname(),
    pid: 1,
    started: 'x',
    space: 'boot pid:[1]',
    beatMs: BEAT_MS,
  };
  writeFileSync(path, JSON.stringify({ ...fields, ...owner }));
  return path;
}

describe("the lock of a coordinator that can't be seen from here", () => {
  it.each([
    ['of this name', hostname()],
    ['of another machine', 'elsewhere'],
  ])('%s is taken over without a heartbeat, with any date', async (_, host) => {
    const dir = temporaryFolder();
    const path = unseen(dir, { host });
    // The heartbeat of a machine whose clock is an hour fast.
    const ahead = Date.now() / 1000 + 3600;
    utimesSync(path, ahead, ahead);
    await (
      await lockSweep(dir)
    )();
    expect(existsSync(path)).toBe(false);
  });

  it('is not taken over after a heartbeat, with any date', async () => {
    const dir = temporaryFolder();
    const path = unseen(dir);
    let seconds = 1;
    utimesSync(path, seconds, seconds);
    const timer = setInterval(() => utimesSync(path, ++seconds, seconds), BEAT_MS);
    try {
      expect(await refusal(dir)).toMatchObject({ code: 'E_SWEEP_LOCKED' });
      expect(await surelyOwner(dir)).toMatchObject({ pid: 1 });
    } finally {
      clearInterval(timer);
    }
  });

  it('goes to one of many processes that wait for it', async () => {
    const dir = temporaryFolder();
    unseen(dir);
    const tries = await Promise.allSettled(Array.from({ length: 6 }, () => lockSweep(dir)));
    expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('without heartbeats, of an earlier version, is never taken over', async () => {
    const dir = temporaryFolder();
    unseen(dir, { host: 'elsewhere', space: undefined, beatMs: undefined });
    expect((await refusal(dir)).hint).toContain('delete');
  });

  it('is judged by its date in commands that only read', async () => {
    const dir = temporaryFolder();
    const path = unseen(dir);
    expect(await lockOwner(dir)).toMatchObject({ pid: 1 });
    utimesSync(path, 1, 1);
    expect(await lockOwner(dir)).toBeUndefined();
  });
});

describe('a coordinator that was thought dead', () => {
  it('notices that it lost its lock, and does not touch the new lock', async () => {
    const dir = temporaryFolder();
    let onLost: (error: BbbError) => void;
    const lost = new Promise<BbbError>((resolve) => (onLost = resolve));
    const unlock = await lockSweep(dir, { beatMs: BEAT_MS, onLost: (error) => onLost(error) });
    const path = unseen(dir);
    const theirs = readFileSync(path, 'utf8');
    expect(await lost).toMatchObject({ code: 'E_LOCK_LOST' });
    await unlock();
    expect(readFileSync(path, 'utf8')).toBe(theirs);
  });

  it('ends its sweep, and the same command goes on', async () => {
    const dir = temporaryFolder();
    const plan = await tinyPlan({ methods: [{ use: 'faulty', options: { fault: 'sleep', ms: 400 } }] });
    let path: string | undefined;
    const { outcome } = await run(plan, {
      dir,
      onEvent(event) {
        if (event.type === 'trial-start') path = unseen(dir);
      },
    });
    expect(outcome).toMatchObject({ status: 'halted', error: { code: 'E_LOCK_LOST' } });
    expect(existsSync(path!)).toBe(true);
    expect((await sweepStatus(dir)).owner).toMatchObject({ pid: 1 });
    const again = await run(plan, { dir });
    expect(again.outcome).toMatchObject({ status: 'done' });
  });
});

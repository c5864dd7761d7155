import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { BbbError, contentId, writeFileAtomic, writeFileOnce } from '@bbb/core';
import { storing } from '../errors.js';
import { isMissing, remove } from '../files.js';
import { lockFile } from '../names.js';
import { processSpace, processStart } from '../process-identity.js';
import { startHeartbeat } from './heartbeat.js';
import { findLock, isHere, stateOf, type FoundLock, type Owner } from './owner.js';
import { patienceMs, watchLock } from './watch.js';

/** Number of attempts to take a lock that vanished or was stale. An attempt fails only if another process tries the same. */
const TRIES = 5;
const BEAT_MS = 2000;
/** How much the clocks of two machines may differ for `status`, milliseconds. */
const CLOCKS_MS = 60_000;

export interface LockOptions {
  /**
   * Take over the lock of another machine at once, without waiting to find out whether its process is alive. For job schedulers that start a job
   * again on another machine only after it has ended. Default false.
   */
  readonly takeOver?: boolean | undefined;
  /** Called when it takes this many seconds to find out whether the owner of a lock is alive. */
  readonly onWait?: ((owner: LockOwner, seconds: number) => void) | undefined;
  /** Called when another process has taken the folder over because this one seemed dead. */
  readonly onLost?: ((error: BbbError) => void) | undefined;
  /** How often this process renews its lock, milliseconds. Default 2,000. */
  readonly beatMs?: number | undefined;
}

/**
 * Locks the folder for this process. A lock whose process is gone (or whose pid now belongs to another process) is taken over. The
 * lock of a process that can't be seen from here (another container or machine) is taken over after ten missed heartbeats.
 *
 * @returns a function that releases the lock
 * @throws BbbError `E_SWEEP_LOCKED` naming the process that has it; `E_DISK_FULL`, `E_STORE_IO`
 */
export async function lockSweep(dir: string, options: LockOptions = {}): Promise<() => Promise<void>> {
  const path = lockFile(dir);
  const { beatMs = BEAT_MS, onLost } = options;
  const own: Owner = {
    token: randomUUID(),
    host: hostname(),
    pid: process.pid,
    started: processStart(process.pid) ?? '',
    space: processSpace(),
    beatMs,
  };
  const text = `${JSON.stringify({ ...own, since: new Date().toISOString() })}\n`;
  const holder = await storing('lock the sweep', () => take(path, text, options));
  if (holder !== 'taken') throw locked(dir, holder);
  const stop = startHeartbeat({ path, token: own.token, everyMs: beatMs }, () => onLost?.(lost(dir)));
  return async () => {
    stop();
    await unlock(path, own);
  };
}

/**
 * Writes a lock if there is none, or replaces a stale one. Of several processes that find the same stale lock, only one may
 * replace it: that right is itself a lock, named after the one it replaces.
 * @returns `taken`, or the owner if that is known
 */
async function take(path: string, text: string, options: LockOptions): Promise<'taken' | Owner | undefined> {
  for (let tries = 0; tries < TRIES; tries++) {
    if (await written(path, text)) return 'taken';
    const found = await findLock(path);
    if (found === undefined) continue;
    const state = await whetherGone(path, found, options);
    if (state === 'changed') continue;
    if (state === 'alive') return found.owner;
    const right = `${path}.${contentId(found.text)}.tmp`;
    const other = await take(right, text, options);
    if (other !== 'taken') return other;
    try {
      // Another process may have replaced the lock before us, or its owner may have resumed, so read the lock again.
      const now = await findLock(path);
      if (now?.text !== found.text || now.mark !== found.mark) continue;
      await writeFileAtomic(path, text);
      return 'taken';
    } finally {
      await remove(right);
    }
  }
  return (await findLock(path))?.owner;
}

/** Waits until it is known whether the owner is gone. */
async function whetherGone(
  path: string,
  found: FoundLock,
  { takeOver, onWait }: LockOptions,
): Promise<'alive' | 'gone' | 'changed'> {
  const { owner } = found;
  if (!owner) return 'gone';
  const state = stateOf(owner);
  if (state !== 'unknown') return state;
  if (takeOver && owner.host !== hostname()) return 'gone';
  const { beatMs } = owner;
  if (beatMs === undefined) return 'alive';
  onWait?.(publicOf(owner), patienceMs(beatMs) / 1000);
  return watchLock(path, found, beatMs);
}

/** Writes the lock file. Returns false if there is a lock, or if the lock's owner has removed our temporary file. */
async function written(path: string, text: string): Promise<boolean> {
  try {
    return await writeFileOnce(path, text);
  } catch (error) {
    if (isMissing(error) && existsSync(dirname(path))) return false;
    throw error;
  }
}

export interface LockOwner {
  readonly host: string;
  readonly pid: number;
  /** The time at which it locked the folder, ISO 8601. */
  readonly since?: string;
}

function publicOf({ host, pid, since }: Owner): LockOwner {
  return { host, pid, ...(since === undefined ? {} : { since }) };
}

/**
 * The process that runs this sweep now, if there is one, as far as this is known without waiting. For a process that can't be seen
 * from here, the dates of the two machines are compared, which is good enough to show to people.
 */
export async function lockOwner(dir: string): Promise<LockOwner | undefined> {
  const found = await findLock(lockFile(dir));
  if (!found?.owner) return undefined;
  const state = stateOf(found.owner);
  const { beatMs } = found.owner;
  const silentMs = Date.now() - Number(found.mark / 1_000_000n);
  const silent = beatMs !== undefined && silentMs > patienceMs(beatMs) + CLOCKS_MS;
  return state === 'gone' || (state === 'unknown' && silent) ? undefined : publicOf(found.owner);
}

/** Like {@link lockOwner}, for callers that act on the answer: it waits if only missed heartbeats can show whether the owner has ended. */
export async function surelyOwner(dir: string): Promise<LockOwner | undefined> {
  const path = lockFile(dir);
  const found = await findLock(path);
  if (!found?.owner || (await whetherGone(path, found, {})) === 'gone') return undefined;
  return publicOf(found.owner);
}

async function unlock(path: string, { token }: Owner): Promise<void> {
  const found = await findLock(path);
  if (found?.owner?.token === token) await remove(path);
}

function locked(dir: string, owner: Owner | undefined): BbbError {
  const who = owner ? `process ${owner.pid}${isHere(owner) ? '' : ` on ${owner.host}`}` : 'a process';
  // A process of an earlier version has no heartbeat, so its state can't be known from here.
  const unsure = owner && !isHere(owner) && owner.beatMs === undefined;
  return new BbbError('E_SWEEP_LOCKED', `${who} is running the sweep in ${dir}.`, {
    hint: unsure
      ? `If ${owner.host} does not run it any more, delete ${lockFile(dir)}.`
      : 'Wait for it or stop it, or choose another --dir.',
  });
}

function lost(dir: string): BbbError {
  return new BbbError('E_LOCK_LOST', `Another process has taken over the sweep in ${dir}.`, {
    hint: 'This process gave no sign of life for so long that the other one took over. Nothing to do: the other one continues the sweep.',
  });
}

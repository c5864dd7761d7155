import { existsSync } from 'node:fs';
import { link, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { BbbError, writeFileAtomic, writeFileOnce } from '@bbb/core';
import { checkSameData, type DataIdentity } from './data-identity.js';
import { storing } from './errors.js';
import { makeFolder } from './files.js';
import { surelyOwner } from './lock/lock.js';
import { checkOwnFolders, isOwnFile, readOwn } from './own-open.js';
import { TRIAL_FILES, trialFolder } from './names.js';
import { readResult } from './result-file.js';
import { readDataIdentity, type SweepRecord } from './sweep-record.js';

/**
 * The folder of a shard of a sweep: every `count`-th trial, from `index`. It is a sweep's folder like any other, with its own lock and
 * index, so that shards never write to the same files.
 * @param dir folder of the sweep
 * @param index number of the shard, from 0
 * @param count number of shards
 */
export function shareFolder(dir: string, index: number, count: number): string {
  return join(dir, 'sweep.shares', `${index}-of-${count}`);
}

/** Leaves out files that file managers create in folders. */
const isShare = (name: string): boolean => /^\d+-of-\d+$/.test(name);

/**
 * Takes over the committed results of a sweep's shards, for trials that have none here. Only for the process that has the lock.
 *
 * @returns the number of results taken over
 * @throws BbbError `E_SWEEP_LOCKED` while a shard runs; `E_SWEEP_CHANGED` for a shard of other data; `E_DISK_FULL`, `E_STORE_IO`
 */
export async function adoptShares(
  dir: string,
  { trials, data }: Pick<SweepRecord, 'trials' | 'data'>,
): Promise<number> {
  const parent = join(dir, 'sweep.shares');
  if (!existsSync(parent)) return 0;
  const shares = (await readdir(parent)).filter(isShare).map((name) => join(parent, name));
  for (const share of shares) {
    const owner = await surelyOwner(share);
    if (owner) throw stillRunning(share, owner);
    checkSameData(`The shard ${share} was made with other data`, data, await readDataIdentity(share));
  }
  let adopted = 0;
  for (const { id } of trials) {
    const target = trialFolder(dir, id);
    if (existsSync(join(target, TRIAL_FILES.result))) continue;
    for (const share of shares) {
      if (await storing('take a share over', () => adopt(trialFolder(share, id), target, id, data))) {
        adopted++;
        break;
      }
    }
  }
  return adopted;
}

/** Takes over one result; false if it is missing or damaged. The checkpoint goes first, as when a trial runs. */
async function adopt(
  source: string,
  target: string,
  id: string,
  data: DataIdentity | undefined,
): Promise<boolean> {
  const stored = await readResult(source, id, data);
  if (stored.state !== 'done' || !isOwnFile(join(source, TRIAL_FILES.checkpoint))) return false;
  await makeFolder(target);
  checkOwnFolders(join(target, TRIAL_FILES.trial));
  for (const name of [TRIAL_FILES.trial, TRIAL_FILES.attempts, TRIAL_FILES.metrics, TRIAL_FILES.checkpoint]) {
    await linkOrCopy(join(source, name), join(target, name));
  }
  await writeFileOnce(join(target, TRIAL_FILES.result), stored.text);
  return true;
}

/** Replaces any file at `to`: the trial has no result, so its files do not matter. */
async function linkOrCopy(from: string, to: string): Promise<void> {
  if (!existsSync(from)) return;
  // A checkpoint is large and never changes, so a link is enough. Files to which lines are appended later are copied.
  if (to.endsWith('.safetensors')) await link(from, to).catch(() => copy(from, to));
  else await copy(from, to);
}

async function copy(from: string, to: string): Promise<void> {
  await writeFileAtomic(to, await readOwn(from));
}

function stillRunning(share: string, { host, pid }: { host: string; pid: number }): BbbError {
  return new BbbError('E_SWEEP_LOCKED', `Process ${pid} on ${host} is running the shard ${share}.`, {
    hint: `Wait for it to end. If it does not run any more, delete ${join(share, 'sweep.lock')}.`,
  });
}

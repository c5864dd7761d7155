import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { BbbError, contentId, writeFileAtomic, writeFileOnce } from '@bbb/core';
import { z } from 'zod';
import { storing } from './errors.js';
import { isMissing, readText, remove } from './files.js';
import { lockFile } from './names.js';
import { processStart } from './process-identity.js';

const ownerSchema = z.object({
  token: z.string(),
  host: z.string(),
  pid: z.int(),
  started: z.string(),
  since: z.iso.datetime().optional(),
});
type Owner = z.output<typeof ownerSchema>;

/** How often a lock that vanishes or turns out stale is tried again: it can only be contended by others doing the same. */
const TRIES = 5;

/**
 * Takes the folder for this process. A lock whose process is gone (or whose pid now belongs to another process) is taken
 * over.
 *
 * @param takeOver also take over the lock of another machine, of which nobody knows whether its process is gone: for
 *   schedulers that start a job again elsewhere only after it has ended
 * @returns gives the lock back
 * @throws BbbError `E_SWEEP_LOCKED` naming the process that has it; `E_DISK_FULL`, `E_STORE_IO`
 */
export async function lockSweep(dir: string, takeOver = false): Promise<() => Promise<void>> {
  const path = lockFile(dir);
  const own: Owner = {
    token: randomUUID(),
    host: hostname(),
    pid: process.pid,
    started: processStart(process.pid) ?? '',
  };
  const text = `${JSON.stringify({ ...own, since: new Date().toISOString() })}\n`;
  const holder = await storing('lock the sweep', () => take(path, text, takeOver));
  if (holder !== 'taken') throw locked(dir, holder);
  return () => unlock(path, own);
}

/**
 * Writes a lock where there is none, or a stale one. The right to replace a stale lock is a lock itself, named after what it
 * replaces: of many who find the same one stale, each acts only while nobody else can.
 * @returns otherwise who has it, if that is known
 */
async function take(path: string, text: string, takeOver: boolean): Promise<'taken' | Owner | undefined> {
  for (let tries = 0; tries < TRIES; tries++) {
    if (await written(path, text)) return 'taken';
    const found = await readText(path);
    if (found === undefined) continue;
    const owner = parseOwner(found);
    const elsewhere = owner !== undefined && owner.host !== hostname();
    if (owner && holds(owner) && !(elsewhere && takeOver)) return owner;
    const right = `${path}.${contentId(found)}.tmp`;
    const other = await take(right, text, takeOver);
    if (other !== 'taken') return other;
    try {
      // Somebody may have been through with it before the right was ours.
      if ((await readText(path)) !== found) continue;
      await writeFileAtomic(path, text);
      return 'taken';
    } finally {
      await remove(right);
    }
  }
  return parseOwner((await readText(path)) ?? '');
}

/** False also when whoever has the lock tidied our temporary file away. */
async function written(path: string, text: string): Promise<boolean> {
  try {
    return await writeFileOnce(path, text);
  } catch (error) {
    if (isMissing(error) && existsSync(dirname(path))) return false;
    throw error;
  }
}

/** The process that runs this sweep now, if one does. */
export async function lockOwner(dir: string): Promise<LockOwner | undefined> {
  const owner = parseOwner((await readText(lockFile(dir))) ?? '');
  if (!owner || !holds(owner)) return undefined;
  const { host, pid, since } = owner;
  return { host, pid, ...(since === undefined ? {} : { since }) };
}

export interface LockOwner {
  readonly host: string;
  readonly pid: number;
  /** When it took the folder, ISO 8601. */
  readonly since?: string;
}

/** Whether the owner may still be running: on another host that can't be known. */
function holds({ host, pid, started }: Owner): boolean {
  if (host !== hostname()) return true;
  const now = processStart(pid);
  return now !== undefined && (started === '' || now === '' || now === started);
}

async function unlock(path: string, { token }: Owner): Promise<void> {
  const found = parseOwner((await readText(path)) ?? '');
  if (found?.token === token) await remove(path);
}

function parseOwner(text: string): Owner | undefined {
  try {
    return ownerSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function locked(dir: string, owner: Owner | undefined): BbbError {
  const who = owner
    ? `process ${owner.pid}${owner.host === hostname() ? '' : ` on ${owner.host}`}`
    : 'a process';
  return new BbbError('E_SWEEP_LOCKED', `${who} is running the sweep in ${dir}.`, {
    hint:
      owner && owner.host !== hostname()
        ? `If ${owner.host} does not run it any more, delete ${lockFile(dir)}.`
        : 'Wait for it or stop it, or choose another --dir.',
  });
}

import { fstatSync, readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { z } from 'zod';
import { isMissing } from '../files.js';
import { withOwn } from '../own-open.js';
import { processSpace, processStart } from '../process-identity.js';

const ownerSchema = z.object({
  token: z.string(),
  host: z.string(),
  pid: z.int(),
  started: z.string(),
  /** Where `pid` is valid: the boot of the machine, and the container. */
  space: z.string().optional(),
  /** How often the process renews the date, milliseconds; absent in earlier versions, which had no heartbeat. */
  beatMs: z.int().min(10).max(600_000).optional(),
  since: z.iso.datetime().optional(),
});
export type Owner = z.output<typeof ownerSchema>;

/** A lock as it was found. */
export interface FoundLock {
  readonly text: string;
  /** The date of the file, nanoseconds. */
  readonly mark: bigint;
  /** Undefined for a file that is not a lock. */
  readonly owner: Owner | undefined;
}

/** Reads a lock; undefined for none. The file is opened each time, because a network file system then asks the server for the date. */
export async function findLock(path: string): Promise<FoundLock | undefined> {
  try {
    return await withOwn(path, 'read', (file) => {
      const { mtimeNs: mark } = fstatSync(file, { bigint: true });
      const text = readFileSync(file, 'utf8');
      return { text, mark, owner: parseOwner(text) };
    });
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

function parseOwner(text: string): Owner | undefined {
  try {
    return ownerSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** Whether the owner's process ids are those of this process: the same machine, and the same container. */
export function isHere({ host, space }: Owner): boolean {
  const here = processSpace();
  return space === undefined || space === '' || here === '' ? host === hostname() : space === here;
}

/** The state of an owner by its process id; unknown for one in another container or on another machine. */
export function stateOf(owner: Owner): 'alive' | 'gone' | 'unknown' {
  if (!isHere(owner)) return 'unknown';
  const { pid, started, beatMs } = owner;
  const now = processStart(pid);
  if (now === undefined) return 'gone';
  if (started !== '' && now !== '') return now === started ? 'alive' : 'gone';
  // A process with that id exists, but it may be another process.
  return beatMs === undefined ? 'alive' : 'unknown';
}

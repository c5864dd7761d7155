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
  /** Within which `pid` means something: the machine since its start, and the container. */
  space: z.string().optional(),
  /** How often its date is renewed while its process lives, milliseconds; versions before had no heartbeat. */
  beatMs: z.int().min(10).max(600_000).optional(),
  since: z.iso.datetime().optional(),
});
export type Owner = z.output<typeof ownerSchema>;

/** A lock as it was found. */
export interface FoundLock {
  readonly text: string;
  /** Its date, nanoseconds. */
  readonly mark: bigint;
  /** Undefined for nonsense. */
  readonly owner: Owner | undefined;
}

/** Opened each time: only then does a network file system ask for the date anew. Undefined for no lock. */
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

/** What its process id tells of an owner: of one in another container, or on another machine, nothing. */
export function stateOf(owner: Owner): 'alive' | 'gone' | 'unknown' {
  if (!isHere(owner)) return 'unknown';
  const { pid, started, beatMs } = owner;
  const now = processStart(pid);
  if (now === undefined) return 'gone';
  if (started !== '' && now !== '') return now === started ? 'alive' : 'gone';
  // There is a process of that number, which may be another one.
  return beatMs === undefined ? 'alive' : 'unknown';
}

import { join } from 'node:path';
import { createSite, type Site } from './site.js';
import { createListSweeps, sweepsIn, type ListSweeps } from './sweeps.js';

/** The sweeps that a server shows: one at `/`, or a list there and each sweep at `/sweeps/<name>/`. */
export interface Sites {
  /** Lists the sweeps. Absent if there is only one. */
  readonly list?: ListSweeps;
  /** The sweep that a path belongs to, and the path inside its site, e.g. `/events`. Undefined if there is none. */
  find(path: string): Promise<{ readonly site: Site; readonly path: string } | undefined>;
  close(): Promise<void>;
}

export function oneSweep(dir: string, everyMs: number): Sites {
  const site = createSite(dir, everyMs);
  return {
    find: (path) => Promise.resolve({ site, path }),
    close: () => site.close(),
  };
}

const IN_SWEEP = /^\/sweeps\/([^/]+)(\/.*)$/s;

/** Sites of a folder of sweeps. Each is made at its first request, so sweeps that begin later are found too. */
export function severalSweeps(dir: string, everyMs: number): Sites {
  const made = new Map<string, Site>();
  return {
    list: createListSweeps(dir),
    async find(path) {
      const [, segment, inner] = IN_SWEEP.exec(path) ?? [];
      const name = segment === undefined ? undefined : decoded(segment);
      // A name must be one of the existing folders, so no path of a request reaches the file system.
      if (name === undefined || inner === undefined || !(await sweepsIn(dir)).includes(name))
        return undefined;
      const site = made.get(name) ?? createSite(join(dir, name), everyMs);
      made.set(name, site);
      return { site, path: inner };
    },
    close: async () => {
      await Promise.all([...made.values()].map((site) => site.close()));
    },
  };
}

function decoded(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}

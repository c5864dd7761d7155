import { join } from 'node:path';
import { createSite, type Site } from './site.js';
import { createListSweeps, sweepsIn, type ListSweeps } from './sweeps.js';

/** What a server shows: one sweep at `/`, or a list there and each sweep at `/sweeps/<name>/`. */
export interface Sites {
  /** Lists the sweeps; absent where there is one alone. */
  readonly list?: ListSweeps;
  /** The sweep that a path is of, and the path inside of its site, e.g. `/events`; undefined for none. */
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

/** Sites of a folder of sweeps, each made when it is first asked for. Sweeps that begin later are found too. */
export function severalSweeps(dir: string, everyMs: number): Sites {
  const made = new Map<string, Site>();
  return {
    list: createListSweeps(dir),
    async find(path) {
      const [, segment, inner] = IN_SWEEP.exec(path) ?? [];
      const name = segment === undefined ? undefined : decoded(segment);
      // A name is looked up among the folders that there are: no path of a request reaches the file system.
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

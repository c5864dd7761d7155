import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';

/**
 * How many threads this process can keep busy: the cores that it is bound to, but no more than the CPU quota of its
 * control group, which is what limits a container. Node counts the quota itself only from version 22 on.
 *
 * @param root where the system's files are read, for tests
 */
export function usableCores(root = '/'): number {
  return Math.min(availableParallelism(), Math.max(1, Math.ceil(quota(root))));
}

/** The CPU quota in cores; Infinity for none. Quotas of all parent groups apply as well. */
function quota(root: string): number {
  const lines = (read(join(root, 'proc/self/cgroup')) ?? '').split('\n');
  const limits = lines.flatMap((line) => {
    const [, controllers = '', path = '/'] = line.split(':');
    if (controllers === '') return around(path).map((at) => unified(join(root, 'sys/fs/cgroup', at)));
    if (!controllers.split(',').includes('cpu')) return [];
    return around(path).map((at) => legacy(join(root, 'sys/fs/cgroup/cpu', at)));
  });
  return Math.min(Infinity, ...limits);
}

/** A path and all its parents. */
function around(path: string): string[] {
  return path === '/' || path === '.' ? ['/'] : [path, ...around(dirname(path))];
}

/** Control groups of version 2: `max 100000`, or `150000 100000`. */
function unified(folder: string): number {
  const [most, period] = (read(join(folder, 'cpu.max')) ?? '').trim().split(' ').map(Number);
  return share(most, period);
}

/** Control groups of version 1, where a quota of -1 means no limit. */
function legacy(folder: string): number {
  const [most, period] = ['cpu.cfs_quota_us', 'cpu.cfs_period_us'].map((name) =>
    Number(read(join(folder, name)) ?? Number.NaN),
  );
  return share(most, period);
}

function share(most: number | undefined, period: number | undefined): number {
  return most !== undefined && period !== undefined && most > 0 && period > 0 ? most / period : Infinity;
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // The system is not Linux, or reading is not permitted.
    return undefined;
  }
}

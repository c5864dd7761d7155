import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { usableCores } from '@bbb/sweep';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../support/folders.js';

const cores = availableParallelism();

/** A root folder with these files. */
function rootOf(files: Readonly<Record<string, string>>): string {
  const root = temporaryFolder();
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
  }
  return root;
}

it.each([
  ['no control groups', {}, cores],
  ['no limit', { 'proc/self/cgroup': '0::/\n', 'sys/fs/cgroup/cpu.max': 'max 100000\n' }, cores],
  ['half a core', { 'proc/self/cgroup': '0::/\n', 'sys/fs/cgroup/cpu.max': '50000 100000\n' }, 1],
  ['a core', { 'proc/self/cgroup': '0::/\n', 'sys/fs/cgroup/cpu.max': '100000 100000\n' }, 1],
  [
    'a limit of the group around it',
    {
      'proc/self/cgroup': '0::/a/b\n',
      'sys/fs/cgroup/a/cpu.max': '20000 100000\n',
      'sys/fs/cgroup/a/b/cpu.max': 'max 100000\n',
    },
    1,
  ],
  [
    'a limit of version 1, in a container that sees its own group as the root',
    {
      'proc/self/cgroup': '4:memory:/docker/x\n1:cpu,cpuacct:/docker/x\n',
      'sys/fs/cgroup/cpu/cpu.cfs_quota_us': '90000\n',
      'sys/fs/cgroup/cpu/cpu.cfs_period_us': '100000\n',
    },
    1,
  ],
  [
    'no limit of version 1',
    {
      'proc/self/cgroup': '1:cpu:/\n',
      'sys/fs/cgroup/cpu/cpu.cfs_quota_us': '-1\n',
      'sys/fs/cgroup/cpu/cpu.cfs_period_us': '100000\n',
    },
    cores,
  ],
  [
    'a limit above the cores',
    { 'proc/self/cgroup': '0::/\n', 'sys/fs/cgroup/cpu.max': '99999999 1000' },
    cores,
  ],
])('counts with %s', (_what, files, expected) => {
  expect(usableCores(rootOf(files))).toBe(expected);
});

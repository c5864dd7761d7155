import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeEach, describe, expect, it } from 'vitest';
import { bbb } from '../support/command-line.js';
import { temporaryFolder } from '../support/folders.js';

let folder: string;
beforeEach(async () => {
  folder = temporaryFolder();
  const plugin = fileURLToPath(new URL('../../packages/contract/src/faulty.ts', import.meta.url));
  const config = {
    plugins: [plugin],
    dataset: { use: 'toy' },
    validation: 30,
    hidden: [[6]],
    methods: [
      { use: 'faulty', label: 'bad', grid: { 'options.fault': ['throw'] } },
      { use: 'faulty', label: 'slow', options: { fault: 'sleep', ms: 20 } },
    ],
    training: { epochs: 2, batchSize: 16 },
    pruning: { shares: [0.5] },
    prediction: { samples: 2 },
  };
  writeFileSync(join(folder, 'bbb.config.json'), JSON.stringify(config));
});
const sweep = (...args: string[]) => bbb(['sweep', ...args], { cwd: folder });

describe('the messages of a failed sweep', () => {
  it('says once how to run failed trials again: the same command with --retry-failed', async () => {
    const first = await sweep('--dir', 'run', '--max-retries', '0');
    expect(first.code).toBe(1);
    expect(first.stderr).toContain('bad fault=throw seed 0 failed (attempt 1, error): the method broke');
    expect(first.stderr).toMatch(/1 of 2 trials failed\. To run it again:\n.*--retry-failed\n/);
    const second = await sweep('--dir', 'run', '--max-retries', '0');
    expect(second.code).toBe(1);
    expect(second.stderr).toMatch(
      /1 trial failed in an earlier run\. --retry-failed tries it again:\n {2}[0-9a-f]{16} \(E_MINE\): the method broke\n/,
    );
    expect(first.stderr).not.toContain('earlier run');
    const again = await sweep('--dir', 'run', '--max-retries', '0', '--retry-failed');
    expect(again.stderr).not.toContain('earlier run');
    expect(again.code).toBe(1);
    expect(again.stderr).toContain('bad fault=throw seed 0 failed (attempt 2, error)');
    expect(again.stderr.match(/--retry-failed/g)).toHaveLength(1);
  });

  it('says where --fail-fast stopped it', async () => {
    const { code, stderr } = await sweep(
      '--dir',
      'run',
      '--fail-fast',
      '--max-retries',
      '0',
      '--workers',
      '1',
    );
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /Stopped at the first failure, with 0 of 2 trials done\. To go on:\n.*--retry-failed/,
    );
  });
});

describe('errors and explanations before anything runs', () => {
  it('refuses a sampler without a space, and two names for the executor', async () => {
    const lost = await sweep('--sampler', 'tpe');
    expect(lost.code).toBe(2);
    expect(lost.stderr).toContain('a "sampler" needs a "space" and the number of "trials"');
    const torn = await sweep('--isolate', 'process', '--executor', 'threads');
    expect(torn.code).toBe(2);
    expect(torn.stderr).toContain('--isolate chooses an executor, and so does --executor threads.');
  });

  it('a dry run names the method that can not be timed', async () => {
    const { code, stdout } = await sweep('--dry-run');
    expect(code).toBe(0);
    expect(stdout).toContain('No estimate of the time: bad: the method broke');
  });
});

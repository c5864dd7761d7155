import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readSweep } from '@bbb/sweep';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../support/folders.js';
import { PLUGINS } from '../support/sweeps/tiny.js';

const BIN = fileURLToPath(new URL('../../packages/cli/bin/bbb.js', import.meta.url));
const TINY = ['--dataset', 'toy', '--validation', '30', '--hidden', '6', '--epochs', '2', '--methods', 'sgd'];

/** Runs bbb with these streams writing to a full disk. */
async function onFullDisk(
  args: readonly string[],
  full: readonly (1 | 2)[],
): Promise<[code: number, text: string]> {
  const disk = openSync('/dev/full', 'w');
  const streams = ([1, 2] as const).map((stream) => (full.includes(stream) ? disk : 'pipe'));
  const child = spawn(process.execPath, [BIN, ...args], { stdio: ['ignore', ...streams] });
  closeSync(disk);
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (text += String(chunk)));
  const [code] = (await once(child, 'close')) as [number];
  return [code, text];
}

describe.skipIf(!existsSync('/dev/full'))('a full disk under the output of a sweep', () => {
  it.each([
    ['the log of worker processes', [2], ['--isolate', 'process'], 0, 'With 90 % of the weights removed'],
    // If standard error is not full, it says that events are missing.
    ['the events', [1], ['--json'], 4, 'the reporter "events" failed'],
    ['everything', [1, 2], ['--json'], 4, ''],
  ] as const)('does not end it: %s', async (_what, full, flags, code, words) => {
    const dir = join(temporaryFolder(), 'sweep');
    const args = ['sweep', ...TINY, '--plugin', PLUGINS[1]!, '--seeds', '2', '--dir', dir, ...flags];
    const [ended, text] = await onFullDisk(args, full);
    expect(text.toLowerCase()).toContain(words.toLowerCase());
    expect(ended).toBe(code);
    expect((await readSweep(dir)).results).toHaveLength(2);
  });

  it('is a failure of a command that only prints', async () => {
    const [code, text] = await onFullDisk(['plugins', '--json'], [1]);
    expect(text).toContain('the disk is full');
    expect(code).toBe(4);
  });
});

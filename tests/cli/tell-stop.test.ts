import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeLargeSweep } from '../../bench/report/folder.js';
import { temporaryFolder } from '../support/command-line.js';

/** Enough trials for a report to take far longer than a signal. */
const TRIALS = 400;

describe('a report that is made', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let dir: string;
  beforeAll(async () => {
    folder = await temporaryFolder();
    dir = join(folder.path, 'sweep');
    writeLargeSweep(dir, TRIALS, 'seeds');
  });
  afterAll(() => folder.remove());

  it('leaves its process free to hear a signal, which ends both', async () => {
    const module = (path: string): string =>
      JSON.stringify(pathToFileURL(join(import.meta.dirname, '../../packages/cli/dist', path)).href);
    const script = join(folder.path, 'end-of-sweep.mjs');
    writeFileSync(
      script,
      `import { listenForSignals } from ${module('run/signals.js')};
       import { tell } from ${module('tell/tell.js')};
       listenForSignals().close();
       const dir = ${JSON.stringify(dir)};
       setTimeout(() => console.log('listens'));
       await tell({ kind: 'sweep', dir, out: dir, formats: ['html'], width: 80 });`,
    );
    const child = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] });
    const ended = once(child, 'exit');
    await once(child.stdout, 'data');
    child.kill('SIGTERM');
    expect(await ended).toEqual([143, null]);
    expect(existsSync(join(dir, 'report.html'))).toBe(false);
  });
});

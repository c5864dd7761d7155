import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { writeLargeSweep } from '../../bench/report/folder.js';
import { sharedFolder } from '../support/folders.js';

/** So many trials that a report takes much longer than the signal. */
const TRIALS = 400;

describe('a report that is being made', () => {
  const folder = sharedFolder();
  let dir: string;
  beforeAll(async () => {
    dir = join(folder, 'sweep');
    writeLargeSweep(dir, TRIALS, 'seeds');
  });

  it('lets its process handle a signal, which ends both', async () => {
    const module = (path: string): string =>
      JSON.stringify(pathToFileURL(join(import.meta.dirname, '../../packages/cli/dist', path)).href);
    const script = join(folder, 'end-of-sweep.mjs');
    writeFileSync(
      script,
      `import { listenForSignals } from ${module('run/signals.js')};
       import { reportInThread } from ${module('report/in-thread.js')};
       listenForSignals().close();
       const dir = ${JSON.stringify(dir)};
       setTimeout(() => console.log('listens'));
       await reportInThread({ kind: 'sweep', dir, out: dir, formats: ['html'], width: 80 });`,
    );
    const child = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] });
    const ended = once(child, 'exit');
    await once(child.stdout, 'data');
    child.kill('SIGTERM');
    expect(await ended).toEqual([143, null]);
    expect(existsSync(join(dir, 'report.html'))).toBe(false);
  });
});

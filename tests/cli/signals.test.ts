import { execFile, spawnSync, type ChildProcess } from 'node:child_process';
import { renameSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { bbb, COMMAND, eventsOf } from '../support/command-line.js';
import { sharedFolder } from '../support/folders.js';
import { fingerprints } from '../support/sweeps/invariant.js';

const hasPython = spawnSync('python3', ['--version']).status === 0;

const folder = sharedFolder();
beforeAll(async () => {});

const COMMON = '--methods sgd --validation 300 --prune 0.5 --json';

const args = (dir: string, ...more: readonly string[]): string[] => [
  'sweep',
  ...`${COMMON} --limit 3000 --hidden 32`.split(' '),
  '--dir',
  dir,
  ...more,
];

/** More epochs than any test waits for. */
const ENDLESS = ['--epochs', '100000'];

/** Sends signals. The first one is sent when an epoch is done. */
function stopAfterEpoch(...signals: readonly NodeJS.Signals[]): (text: string, child: ChildProcess) => void {
  let sent = false;
  return (text, child) => {
    if (sent || !text.includes('"type":"epoch"')) return;
    sent = true;
    for (const signal of signals) child.kill(signal);
  };
}

describe('a signal', () => {
  it('SIGINT stops at a checkpoint, says how to go on, and the same command goes on from there', async () => {
    const command = args('resumed', '--epochs', '60');
    const stopped = await bbb(command, { cwd: folder, onStdout: stopAfterEpoch('SIGINT') });
    expect(stopped.stderr).toContain('stopping at the next checkpoint');
    expect(stopped.stderr).toContain(`bbb ${command.join(' ')}`);
    expect(eventsOf(stopped).map(({ type }) => type)).toContain('trial-stopped');
    expect([stopped.code, stopped.signal]).toEqual([130, null]);

    const resumed = await bbb(command, { cwd: folder });
    expect(resumed.code).toBe(0);
    const start = eventsOf<{ type: string; resumedEpochs?: unknown[] }>(resumed).find(
      ({ type }) => type === 'trial-start',
    )!;
    expect(start.resumedEpochs!.length).toBeGreaterThan(0);
    expect(eventsOf(resumed).filter(({ type }) => type === 'epoch')).toHaveLength(
      60 - start.resumedEpochs!.length,
    );
  });

  it('SIGINT while many networks are measured does not wait for them, and the resumed trial has the same bytes', async () => {
    const long = (dir: string): string[] =>
      'sweep --methods bbb-mixture --seeds 1 --validation 0 --epochs 1 --limit 300 --hidden 32 --prune 0.5,0.9 --samples 40 --json'
        .split(' ')
        .concat('--dir', dir);
    let sent = false;
    const stopped = await bbb(long('measured'), {
      cwd: folder,
      onStdout(text, child) {
        if (!sent && text.includes('"phase":"evaluate"')) sent = child.kill('SIGINT');
      },
    });
    expect(stopped.code).toBe(130);
    expect(eventsOf(stopped).map(({ type }) => type)).toContain('trial-stopped');
    expect(await fingerprints(join(folder, 'measured'))).toEqual(new Map());

    for (const dir of ['measured', 'straight']) expect((await bbb(long(dir), { cwd: folder })).code).toBe(0);
    const straight = await fingerprints(join(folder, 'straight'));
    expect(straight.size).toBe(1);
    expect(await fingerprints(join(folder, 'measured'))).toEqual(straight);
  });

  it('SIGTERM does the same with 143', async () => {
    const { code } = await bbb(args('terminated', ...ENDLESS), {
      cwd: folder,
      onStdout: stopAfterEpoch('SIGTERM'),
    });
    expect(code).toBe(143);
  });

  it('SIGHUP does not stop a process without a terminal', async () => {
    const command = args('nohup', '--epochs', '20');
    const { code, stderr } = await bbb(command, {
      cwd: folder,
      onStdout: stopAfterEpoch('SIGHUP'),
    });
    expect([code, stderr]).toEqual([0, expect.not.stringContaining('stopping')]);
  });

  it.skipIf(!hasPython)('a closed terminal stops the sweep at a checkpoint, and it can go on', async () => {
    // The terminal closes after the first epochs.
    const command = [
      'sweep',
      ...'--methods sgd --validation 300 --prune 0.5 --limit 3000 --hidden 32'.split(' '),
    ];
    const where = [...command, '--dir', join(folder, 'window')];
    const script = fileURLToPath(new URL('hang-up.py', import.meta.url));
    const sign = join(folder, 'window', 'trials', '*', 'metrics.jsonl');
    await promisify(execFile)('python3', [script, sign, ...COMMAND, ...where, ...ENDLESS]);
    const files = (await readdir(join(folder, 'window'), { recursive: true })).map(String);
    expect(files.some((name) => /checkpoint-\d+\.safetensors$/.test(name))).toBe(true);
    expect(files).not.toContain('sweep.lock');
    const again = await bbb(['sweep', 'status', join(folder, 'window'), '--json']);
    expect(again.stdout).toContain('waiting');
  });

  it('reports how it ended when its folder was moved', async () => {
    let moved = false;
    const ended = await bbb(args('moved', ...ENDLESS), {
      cwd: folder,
      onStdout(text, child) {
        if (moved || !text.includes('"type":"epoch"')) return;
        moved = true;
        renameSync(join(folder, 'moved'), join(folder, 'elsewhere'));
        child.kill('SIGINT');
      },
    });
    expect(ended.code).not.toBe(0);
    expect(ended.stderr).toContain('To go on:');
  });

  it('a second signal stops at once, and leaves a folder that can go on', async () => {
    // An epoch takes ten seconds, so the first checkpoint comes late. There is one trial: `--hidden` twice would make two.
    const slow = [
      'sweep',
      ...`${COMMON} --limit 50000 --hidden 2000,2000 --workers 1 --dir killed`.split(' '),
      ...ENDLESS,
    ];
    let sent = 0;
    const sendTwice = (text: string, child: ChildProcess): void => {
      for (const sign of ['"type":"progress"', '"type":"stopping"'].slice(sent)) {
        if (text.includes(sign)) sent += Number(child.kill('SIGINT'));
      }
    };
    const stopped = await bbb(slow, { cwd: folder, onStdout: sendTwice });
    expect([stopped.code, stopped.signal]).toEqual([130, null]);
    expect(eventsOf(stopped).map(({ type }) => type)).not.toContain('epoch');
    expect(stopped.stderr).toContain('To go on:');

    let stops = 0;
    const again = await bbb(slow, {
      cwd: folder,
      onStdout(text, child) {
        for (const sign of ['"type":"trial-start"', '"type":"progress"'].slice(stops)) {
          if (text.includes(sign)) stops += Number(child.kill('SIGTERM'));
        }
      },
    });
    expect([again.code, again.signal]).toEqual([143, null]);
    expect(again.stdout).toMatch(/"type":"trial-start".*"attempt":2/);
  });

  it.each([
    ['while the report is written', '"type":"sweep-done"'],
    ['when the tables are printed', '"type":"outcome"'],
  ])('a second signal %s ends it with 130 and says how to go on', async (_when, sign) => {
    let first = false;
    let second = false;
    const command = args('late', ...ENDLESS);
    const stopped = await bbb(command, {
      cwd: folder,
      onStdout(text, child) {
        if (!first && text.includes('"type":"epoch"')) first = child.kill('SIGINT');
        if (!second && text.includes(sign)) second = child.kill('SIGINT');
      },
    });
    expect(second).toBe(true);
    expect([stopped.code, stopped.signal]).toEqual([130, null]);
    expect(stopped.stderr.split('To go on:')).toHaveLength(2);
  });

  it('many signals in a row still end it with 130', async () => {
    let timer: NodeJS.Timeout | undefined;
    const stopped = await bbb(args('impatient', ...ENDLESS), {
      cwd: folder,
      onStdout(text, child) {
        if (text.includes('"type":"epoch"')) timer ??= setInterval(() => child.kill('SIGINT'), 3);
      },
    });
    clearInterval(timer);
    expect([stopped.code, stopped.signal]).toEqual([130, null]);
  });
});

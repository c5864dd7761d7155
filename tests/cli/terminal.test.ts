import { execFile, spawnSync } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { SweepEvent } from '@bbb/core';
import type { Plan } from '@bbb/sweep';
import { Terminal } from '@xterm/headless';
import { beforeAll, describe, expect, it } from 'vitest';
import { liveDisplay } from '../../packages/cli/src/progress/live.js';
import { COMMAND, TINY } from '../support/command-line.js';
import { sharedFolder } from '../support/folders.js';

/** A terminal for the display: xterm.js, which wraps lines again when it becomes narrower. */
function screen(columns: number, rows: number) {
  const terminal = new Terminal({ cols: columns, rows, allowProposedApi: true, convertEol: true });
  const stream = Object.assign(new EventEmitter(), {
    columns,
    rows,
    isTTY: true,
    write: (text: string) => (terminal.write(text), true),
  });
  return {
    stream: stream as unknown as NodeJS.WriteStream,
    resize: async (width: number): Promise<void> => {
      await settled(terminal);
      terminal.resize(width, rows);
      stream.columns = width;
      stream.emit('resize');
    },
    text: async (): Promise<string[]> => {
      await settled(terminal);
      const buffer = terminal.buffer.active;
      const lines = Array.from({ length: buffer.length }, (_, i) =>
        buffer.getLine(i)!.translateToString(true),
      );
      return lines.filter((line) => line !== '');
    },
  };
}

const settled = (terminal: Terminal): Promise<void> => new Promise((done) => terminal.write('', done));

const trial = { training: { epochs: 4 } } as Plan['trials'][number]['trial'];
const plan = {
  trials: ['a', 'b', 'c'].map((id) => ({ id, label: `method-${id}`, variant: '', seed: 0, trial })),
} as unknown as Plan;
const counts = {
  total: 3,
  stoppedEarly: 0,
  done: 0,
  kept: 0,
  failed: 0,
  diverged: 0,
  running: 0,
  waiting: 3,
};
const begin: SweepEvent = {
  type: 'sweep-start',
  dir: '/d',
  workers: 2,
  resumed: false,
  waiting: ['a', 'b', 'c'],
  counts,
};
const start = (id: string): SweepEvent => ({
  type: 'trial-start',
  id,
  label: `method-${id}`,
  variant: '',
  seed: 0,
  epochs: 4,
  attempt: 1,
  resumedEpochs: [],
});

const note = (message: string): SweepEvent => ({ type: 'warning', code: 'I_TEST', message });

describe('the live display', () => {
  it.each([
    ['narrower', [60, 40, 30]],
    ['wider', [120, 140]],
    ['narrower and wider', [40, 120, 35, 80]],
  ])('shows each trial and the total once while the terminal becomes %s', async (_, widths) => {
    const { stream, resize, text } = screen(100, 24);
    const display = liveDisplay(plan, stream);
    stream.write('before\n');
    display.onEvent(begin);
    display.onEvent(start('a'));
    display.onEvent(start('b'));
    display.onEvent(note('something that stays'));
    for (const width of widths) {
      await resize(width);
      const lines = await text();
      expect(lines.slice(0, 2)).toEqual(['before', 'something that stays']);
      expect(lines.filter((line) => line.includes('method-a'))).toHaveLength(1);
      expect(lines.filter((line) => line.includes('method-b'))).toHaveLength(1);
      expect(lines.filter((line) => line.includes('0/3 trials'))).toHaveLength(1);
      expect(lines).toHaveLength(6);
    }
    display.close();
    expect(await text()).toHaveLength(6);
  });

  it('keeps earlier output if it has more trials than rows', async () => {
    const { stream, text } = screen(80, 4);
    const display = liveDisplay(plan, stream);
    display.onEvent(begin);
    for (const id of ['a', 'b', 'c']) display.onEvent(start(id));
    display.onEvent(note('kept'));
    display.onEvent(note('kept too'));
    display.close();
    const lines = await text();
    expect(lines.slice(0, 2)).toEqual(['kept', 'kept too']);
    expect(lines.at(-1)).toContain('0/3 trials');
  });
});

const hasPython = spawnSync('python3', ['--version']).status === 0;

describe.skipIf(!hasPython)('a real terminal', () => {
  const folder = sharedFolder();
  beforeAll(async () => {});

  const inTerminal = async (env: Readonly<Record<string, string>>, dir: string): Promise<string> => {
    const pty = fileURLToPath(new URL('pty.py', import.meta.url));
    const { CI: _, ...outside } = process.env;
    const sweep = [
      'sweep',
      ...TINY,
      '--methods',
      'sgd,bbb-mixture',
      '--epochs',
      '40',
      '--prune',
      '0.5',
      '--dir',
      dir,
    ];
    const { stdout } = await promisify(execFile)('python3', [pty, '100', ...COMMAND, ...sweep], {
      cwd: folder,
      env: { ...outside, TERM: 'xterm-256color', ...env },
    });
    return stdout;
  };

  it('is redrawn, and shows the total once at the end', async () => {
    const sent = await inTerminal({}, 'live');
    expect(sent).toContain('\u001B[');
    const terminal = new Terminal({ cols: 100, rows: 24, allowProposedApi: true });
    terminal.write(sent);
    await settled(terminal);
    const buffer = terminal.buffer.active;
    const lines = Array.from({ length: buffer.length }, (_, i) => buffer.getLine(i)!.translateToString(true));
    expect(lines.filter((line) => line.includes('/2 trials'))).toEqual([
      expect.stringMatching(/^2\/2 trials/),
    ]);
    // The table of running trials is shown whole, then with the columns that fit, then whole again. It disappears after the last trial.
    expect(sent).toMatch(/ {2}trial +method +seed[^]*G {2}method +seed[^]* {2}trial +method +seed/);
    expect(lines.filter((line) => line.startsWith('  trial '))).toEqual([]);
    expect(lines.some((line) => line.startsWith('All 2 trials done'))).toBe(true);
  });

  it('gets plain lines in CI', async () => {
    const sent = await inTerminal({ CI: 'true', NO_COLOR: '1' }, 'ci');
    expect(sent).not.toContain('\u001B');
    expect(sent).toContain('seed 0 done in');
  });
});

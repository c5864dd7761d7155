import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cutErrorRecord, cutText, toErrorRecord, type SweepEvent } from '@bbb/core';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { plainJson, plainLine, plainText } from '../../packages/cli/src/io/plain-text.js';
import { liveDisplay } from '../../packages/cli/src/progress/live.js';
import { bbb, TINY } from '../support/command-line.js';
import { sharedFolder } from '../support/folders.js';

/**
 * Sets the window's title, clears the screen, does the same with C1 codes, hides text, reverses text, and breaks
 * the line.
 */
const EVIL = '\u001B]0;owned\u0007\u001B[2J\u009B2J\u001B[8m\u202Egnp.exe\u2066\u2028\r\u0008\u007F';
const STEERS = /[^\P{Cc}\n\t]|\p{Bidi_Control}|[\u2028\u2029]/u;
/** The part of EVIL that a terminal shows. It proves that the text reached the output. */
const SHOWN = 'gnp.exe';

describe('text for a terminal', () => {
  it('has no control characters, and all other characters', () => {
    const unit = fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code));
    const anything = fc.string({ unit });
    fc.assert(
      fc.property(anything, (text) => {
        expect(plainText(text)).not.toMatch(STEERS);
        expect(plainLine(text)).not.toMatch(/\p{Cc}/u);
        if (!STEERS.test(text)) expect(plainText(text)).toBe(text);
        expect(JSON.parse(plainJson(JSON.stringify({ text }, null, 2)))).toEqual({ text });
        expect(plainJson(JSON.stringify({ text }))).not.toMatch(STEERS);
      }),
    );
    expect(plainText(`a\tb\n${EVIL}`)).toBe(
      'a\tb\n\\x1b]0;owned\\x07\\x1b[2J\\x9b2J\\x1b[8m\\u202egnp.exe\\u2066\\u2028\\x0d\\x08\\x7f',
    );
  });

  it('is redrawn without control characters of others', () => {
    const written: string[] = [];
    const stream = {
      columns: 200,
      rows: 30,
      isTTY: true,
      on: () => stream,
      off: () => stream,
      write: (text: string) => (written.push(text), true),
    } as unknown as NodeJS.WriteStream;
    const name = { id: 'a', label: EVIL, variant: `${EVIL}\n`, seed: 0 };
    const display = liveDisplay(
      { trials: [{ ...name, trial: { training: { epochs: 2 } } }] } as never,
      stream,
    );
    const counts = {
      total: 1,
      done: 0,
      kept: 0,
      stoppedEarly: 0,
      failed: 0,
      diverged: 0,
      running: 1,
      waiting: 0,
    };
    const events: SweepEvent[] = [
      { type: 'trial-start', ...name, epochs: 2, attempt: 1, resumedEpochs: [] },
      { type: 'warning', code: 'W_X', message: EVIL, id: EVIL },
      {
        type: 'trial-failed',
        ...name,
        attempt: 1,
        kind: 'error',
        error: { name: 'E', message: EVIL },
        willRetry: true,
        counts,
      },
      { type: 'stopping', signal: EVIL },
    ];
    for (const event of events) display.onEvent(event);
    display.close();
    const text = written.join('');
    expect(text).toContain(SHOWN);
    // What the display itself writes: erase a line, go up, to the first column.
    // eslint-disable-next-line no-control-regex
    expect(text.replaceAll(/\u001B\[(2K|1A|G|\?2026[hl])/g, '')).not.toMatch(STEERS);
  });
});

describe('bbb, given hostile names and errors', () => {
  const cwd = sharedFolder();
  let dir: string;
  beforeAll(async () => {
    dir = join(cwd, `sweep ${SHOWN} \u001B[31m\u202E`);
    const text = JSON.stringify(EVIL);
    await writeFile(
      join(cwd, 'evil.mjs'),
      `const options = { safeParse: (data) => ({ success: true, data }) };
       const described = { description: ${text}, source: ${text}, options };
       const score = () => { throw Object.assign(new Error(${text} + 'x'.repeat(1e6)), { code: 'E_' + ${text}, hint: ${text} }); };
       export default { name: ${text}, pruners: { [${text}]: { ...described, create: () => ({ score }) } },
         presets: { evil: { description: ${text}, sweep: { dataset: { use: 'mnist' }, methods: [{ use: ${text} }] } } } };`,
    );
    await writeFile(
      join(cwd, 'sweep.json'),
      JSON.stringify({
        dataset: { use: 'mnist' },
        limit: 200,
        validation: 50,
        hidden: [[4]],
        methods: [
          { use: 'sgd', label: EVIL },
          { use: 'sgd', label: 'whole' },
        ],
        training: { epochs: 1 },
        prediction: { samples: 0 },
        pruning: { pruners: [{ use: 'magnitude' }], shares: [0.5] },
      }),
    );
    await mkdir(join(cwd, `data ${EVIL.replaceAll('\u0000', '')}`));
  }, 60_000);

  /** Runs a command, and checks that neither stream has control characters. */
  async function clean(args: readonly string[], shows = true): Promise<void> {
    const { stdout, stderr } = await bbb(args, { cwd });
    expect(stdout).not.toMatch(STEERS);
    expect(stderr).not.toMatch(STEERS);
    if (shows) expect(stdout + stderr).toContain(SHOWN);
  }

  it(
    'runs a sweep and shows it in every way, without their control characters',
    { timeout: 120_000 },
    async () => {
      await clean(['sweep', '--config', 'sweep.json', '--dir', dir]);
      await clean(['sweep', '--config', 'sweep.json', '--dir', dir, '--json']);
      await Promise.all(
        [
          ['sweep', 'status', dir],
          ['sweep', 'watch', dir],
          ['sweep', 'export', dir, '--format', 'json'],
          ['sweep', 'repair', dir],
          ['report', dir],
          ['report', '--compare', dir, dir],
        ].map((args) => clean(args)),
      );
    },
  );

  it('shows what plugins print and throw', { timeout: 120_000 }, async () => {
    const train = ['train', ...TINY, '--method', 'sgd', '--plugin', './evil.mjs', '--pruners', EVIL];
    await clean([...train, '--dir', 'failed', '--max-retries', '0']);
    await Promise.all(
      [
        [...train, '--dir', 'events', '--max-retries', '0', '--json'],
        ['plugins', '--plugin', './evil.mjs'],
        ['plugins', EVIL, '--plugin', './evil.mjs'],
        ['sweep', '--help', '--plugin', './evil.mjs'],
        ['sweep', '--preset', 'evil', '--plugin', './evil.mjs'],
        ['sweep', 'status', 'failed'],
      ].map((args) => clean(args)),
    );
    const attempts = await readAttempts(join(cwd, 'failed'));
    expect(attempts.length).toBeLessThan(20_000);
    expect(attempts).toContain('more characters');
  });

  it('reports errors in what was typed', { timeout: 60_000 }, async () => {
    await Promise.all(
      [
        [EVIL],
        ['sweep', `--${EVIL}`],
        ['sweep', '--config', `${EVIL}.json`],
        ['sweep', 'status', EVIL],
        ['report', EVIL],
        ['prune', EVIL, '--share', '0.5'],
        ['evaluate', EVIL],
        ['data', '--data-dir', `data ${EVIL}`, '--json'],
      ].map((args) => clean(args)),
    );
  });
});

async function readAttempts(sweep: string): Promise<string> {
  const { trials } = (
    JSON.parse(await readFile(join(sweep, 'sweep.json'), 'utf8')) as {
      sweep: { trials: { id: string }[] };
    }
  ).sweep;
  return readFile(join(sweep, 'trials', trials[0]!.id, 'attempts.jsonl'), 'utf8');
}

describe('an error', () => {
  it('is cut to a few kilobytes for any thrown value', () => {
    const long = '\u{1F600}'.repeat(1e6);
    const thrown: unknown[] = [
      Object.assign(new Error(long), { code: long, hint: long, name: long }),
      long,
      Object.create(null),
      Object.assign(new Error('x'), { message: 5, stack: 7 }),
    ];
    for (const each of thrown) {
      const record = toErrorRecord(each);
      expect(JSON.stringify(record).length).toBeLessThan(40_000);
      expect(cutErrorRecord(record)).toEqual(record);
    }
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', '\u{1F600}'), maxLength: 99 }),
        fc.integer({ min: 50, max: 90 }),
        (text, most) => {
          const cut = cutText(text, most);
          if (text.length <= most) expect(cut).toBe(text);
          else {
            expect(text.startsWith(cut.slice(0, cut.indexOf('...')))).toBe(true);
            expect(cut).not.toMatch(/\p{Surrogate}/u);
            expect(cut.length).toBeLessThanOrEqual(most);
          }
        },
      ),
    );
  });
});

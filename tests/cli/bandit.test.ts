import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { bbb } from '../support/command-line.js';
import { sharedFolder } from '../support/folders.js';

const TABLE = [
  'a,b,class',
  ...Array.from({ length: 40 }, (_, r) => `${r % 7},${(r * 3) % 11},${r % 7 < 3 ? 'p' : 'e'}`),
];
const folder = sharedFolder();
beforeAll(async () => {
  await writeFile(join(folder, 'mushrooms.csv'), TABLE.join('\n'));
});

/** The arguments for a bandit on the user's own table. */
const words = (dir: string, ...more: readonly string[]): string[] => [
  '--dataset',
  'csv',
  '--data-dir',
  'mushrooms.csv',
  '--dataset-option',
  'target=class',
  '--seeds',
  '2',
  '--hidden',
  '8',
  '--dir',
  dir,
  ...more,
];
const QUICK = [
  '--bad',
  'p',
  '--rounds',
  '40',
  '--steps',
  '2',
  '--every',
  '10',
  '--agents',
  'thompson,epsilon-5',
];

describe('bbb bandit', () => {
  it('plays and reports; the same command again plays only what is missing', async () => {
    const options = { cwd: folder };
    const first = await bbb(['bandit', ...words('one', ...QUICK, '--json')], options);
    expect(first.stderr).toContain('4 runs of 40 rounds');
    expect(first.code).toBe(0);
    const { runs } = JSON.parse(first.stdout) as { runs: { agent: string; regret: number[] }[] };
    expect(runs.map(({ agent }) => agent)).toEqual(['thompson', 'thompson', 'epsilon-5', 'epsilon-5']);
    const at = (...path: string[]): string => join(folder, 'one', ...path);
    const report = await readFile(at('bandit.md'), 'utf8');
    expect(report).toContain('class p');
    expect(await readFile(at('figures', 'regret.svg'), 'utf8')).toMatch(
      /^<svg[\s\S]*thompson[\s\S]*<\/svg>\n$/,
    );

    const files = (await readdir(at('runs'))).toSorted();
    expect(files).toHaveLength(4);
    await rm(at('runs', files[0]!));
    await writeFile(at('runs', files[1]!), '{"id": "torn');
    const kept = (await stat(at('runs', files[2]!))).mtimeMs;
    const second = await bbb(['bandit', ...words('one', ...QUICK, '--json')], options);
    expect(second.stderr.match(/\(kept\)/g)).toHaveLength(2);
    expect((await stat(at('runs', files[2]!))).mtimeMs).toBe(kept);
    expect((await readdir(at('runs'))).toSorted()).toEqual(files);
    const again = JSON.parse(second.stdout) as { runs: { regret: number[] }[] };
    expect(again.runs.map(({ regret }) => regret)).toEqual(runs.map(({ regret }) => regret));
  });

  it('keeps the finished runs at Ctrl-C, and goes on from there', async () => {
    const args = [
      'bandit',
      ...words('stopped', ...QUICK.slice(0, 2), '--rounds', '300', '--steps', '8', '--every', '2'),
    ];
    const stopped = await bbb(args, {
      cwd: folder,
      onStart: (child) =>
        child.stderr!.on('data', (text: Buffer | string) => {
          if (/seed 0: regret/.test(String(text))) child.kill('SIGINT');
        }),
    });
    expect(stopped.code).toBe(130);
    expect(stopped.stderr).toMatch(/Stopped with \d+ of 10 runs done/);
    const names = await readdir(join(folder, 'stopped', 'runs'));
    expect(names.length).toBeGreaterThan(0);
    expect(names.every((name) => name.endsWith('.json'))).toBe(true);
    expect(await readdir(join(folder, 'stopped'))).toEqual(['runs']);
    const on = await bbb(args, { cwd: folder });
    expect(on.code).toBe(0);
    expect(on.stderr.match(/\(kept\)/g)).toHaveLength(names.length);
    expect(on.stdout).toMatch(/greedy-tuned/);
  });

  it('is also what bbb sweep runs for the preset', async () => {
    const { stdout, code } = await bbb(['sweep', '--preset', 'bandit', ...words('two', '--dry-run')], {
      cwd: folder,
    });
    expect(code).toBe(0);
    expect(stdout).toContain('10 runs of 2000 rounds, results in two');
    expect(stdout).toContain('greedy-tuned, seed 1');
  });

  it.each([
    [['--agents', 'lazy'], 'There is no agent called lazy'],
    [['--bad', 'x'], 'has no class "x"'],
    [['--preset', 'quick'], 'describes a sweep, not a bandit'],
  ])('refuses %j', async (more, message) => {
    const { stderr, code } = await bbb(['bandit', ...words('three', ...more)], { cwd: folder });
    expect(stderr).toContain(message);
    expect(code).not.toBe(0);
  });
});

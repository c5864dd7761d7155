import { execFile, execFileSync } from 'node:child_process';
import {
  existsSync,
  lstatSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { bbb } from '../support/command-line.js';
import { sharedFolder } from '../support/folders.js';

const PLUGIN = fileURLToPath(new URL('../../packages/contract/src/faulty.ts', import.meta.url));

const folder = sharedFolder();
let dir: string;
beforeAll(async () => {
  dir = join(folder, 'sweep');
  const toy =
    '--dataset toy --validation 30 --hidden 6 --prune 0.5 --methods sgd --seeds 2 --epochs 2 --quiet';
  expect((await bbb(['sweep', '--plugin', PLUGIN, ...toy.split(' '), '--dir', dir])).code).toBe(0);
}, 60_000);

const exportTo = (out: string, ...more: string[]) => bbb(['sweep', 'export', dir, '--out', out, ...more]);

describe('a file that --out names', () => {
  it('is replaced only with --force; a link stays a link', async () => {
    const [file, link] = [join(folder, 'a.csv'), join(folder, 'link.csv')];
    writeFileSync(file, 'mine');
    symlinkSync(file, link);
    for (const out of [file, link]) {
      const { code, stderr } = await exportTo(out);
      expect([code, readFileSync(file, 'utf8')]).toEqual([2, 'mine']);
      expect(stderr).toContain(`${out} exists already`);
      expect(stderr).toContain('--force');
    }
    expect((await exportTo(link, '--force')).code).toBe(0);
    expect(readFileSync(file, 'utf8')).toMatch(/^id,label,/);
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
  });

  it("can't be a file that the sweep needs", async () => {
    const [trial] = readdirSync(join(dir, 'trials'));
    const own = [
      'sweep.json',
      'sweep.db',
      join('trials', trial!, 'result.json'),
      join('trials', trial!, 'metrics.jsonl'),
    ];
    for (const name of own) {
      const before = readFileSync(join(dir, name));
      const { code, stderr } = await exportTo(join(dir, name), '--force');
      expect([name, code]).toEqual([name, 2]);
      expect(stderr).toContain('belongs to a sweep');
      expect(readFileSync(join(dir, name)).equals(before)).toBe(true);
    }
    expect((await exportTo(join(dir, 'table.csv'))).code).toBe(0);
  });

  it('may be a pipe', async () => {
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    const [read, ended] = await Promise.all([promisify(execFile)('cat', [pipe]), exportTo(pipe)]);
    expect(ended.code).toBe(0);
    expect(read.stdout).toMatch(/^id,label,/);
    expect(lstatSync(pipe).isFIFO()).toBe(true);
  });

  it("can't be a folder", async () => {
    const { code, stderr } = await exportTo(folder, '--force');
    expect(code).toBe(2);
    expect(stderr).toContain(`${folder} is a folder.`);
  });
});

it('a damaged result gives a warning in commands that make tables of the others', async () => {
  const [trial] = readdirSync(join(dir, 'trials'));
  const path = join(dir, 'trials', trial!, 'result.json');
  const whole = readFileSync(path);
  truncateSync(path, 500);
  try {
    for (const args of [
      ['report', dir, '--format', 'csv', '--out', join(folder, 'report')],
      ['sweep', 'export', dir],
    ]) {
      const { code, stderr } = await bbb(args);
      expect(code).toBe(0);
      expect(stderr).toContain(`warning: The result of trial ${trial} in ${dir} can't be read`);
    }
    const { stdout } = await bbb(['sweep', 'export', dir]);
    expect(stdout).toMatch(new RegExp(`^${trial},.*,damaged,`, 'm'));
  } finally {
    writeFileSync(path, whole);
  }
  expect((await bbb(['sweep', 'export', dir])).stderr).toBe('');
  expect(existsSync(join(folder, 'report'))).toBe(true);
});

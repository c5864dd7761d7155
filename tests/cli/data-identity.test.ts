import { cpSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { contentId } from '@bbb/core';
import { beforeAll, describe, expect, it } from 'vitest';
import { idx, writeIdx } from '../support/idx-files.js';
import { bbb, type Ended } from '../support/command-line.js';
import { sharedFolder } from '../support/folders.js';

const ARGS =
  '--dataset idx --methods sgd --epochs 1 --hidden 4 --validation 20 --seeds 1 --prune 0,0.5 --samples 0';
const NAMED = /^Data: alpha \(SHA-256 [0-9a-f]{12}\)/m;

const folder = sharedFolder();
/** The name that the sweep command gives to the folder of a sweep on `alpha`. */
let dir: string;
let trial: string;

const at = (...args: string[]): Promise<Ended> => bbb(args, { cwd: folder });
const sweep = (...args: string[]): Promise<Ended> => at('sweep', ...ARGS.split(' '), ...args);
const runs = (): string[] => readdirSync(join(folder, 'runs'));

/** Changes labels of the test images in their file. */
function exchangeLabels(name: string): void {
  const path = join(folder, name, 't10k-labels-idx1-ubyte');
  writeFileSync(
    path,
    idx(
      [30],
      readFileSync(path)
        .subarray(8)
        .map((label) => (label + 1) % 3),
    ),
  );
}

beforeAll(async () => {
  writeIdx(join(folder, 'alpha'), 0);
  writeIdx(join(folder, 'beta'), 1);
  cpSync(join(folder, 'alpha'), join(folder, 'swapped'), { recursive: true });
  exchangeLabels('swapped');
  const { code, stderr } = await sweep('--data-dir', 'alpha');
  expect(code).toBe(0);
  expect(stderr).toMatch(NAMED);
  [dir] = runs().map((name) => join('runs', name)) as [string];
  trial = join(dir, 'trials', readdirSync(join(folder, dir, 'trials'))[0]!);
});

const OTHERS = ['beta', 'swapped', 'nowhere'];

describe('results of one data set', () => {
  it('have its name, and are stored in its own folder', async () => {
    expect(dir).toMatch(/^runs\/quick-alpha-[0-9a-f]{8}$/);
    const { trials } = JSON.parse((await sweep('--data-dir', 'alpha', '--dry-run', '--json')).stdout) as {
      trials: { id: string; label: string }[];
    };
    for (const other of ['beta', 'swapped']) {
      const planned = JSON.parse((await sweep('--data-dir', other, '--dry-run', '--json')).stdout) as {
        dir: string;
      };
      expect(planned.dir).toMatch(new RegExp(`^runs/quick-${other}-[0-9a-f]{8}$`));
    }
    // Earlier versions named folders by the trials alone. Such a folder is resumed if its data are the same.
    const former = join(
      'runs',
      `quick-idx-${contentId(trials.map(({ id, label }) => [id, label])).slice(0, 8)}`,
    );
    renameSync(join(folder, dir), join(folder, former));
    const again = await sweep('--data-dir', 'alpha', '--dry-run', '--json');
    expect(JSON.parse(again.stdout)).toMatchObject({ dir: former, kept: 1 });
    const others = await sweep('--data-dir', 'beta', '--dry-run', '--json');
    expect(JSON.parse(others.stdout)).toMatchObject({ kept: 0 });
    renameSync(join(folder, former), join(folder, dir));
  });

  it.each(OTHERS)('are not printed for %s, by any command', async (other) => {
    const data = ['--data-dir', other];
    const before = readFileSync(join(folder, dir, 'report.md'), 'utf8');
    const printed = await Promise.all([
      sweep(...data, '--dir', dir),
      sweep(...data, '--dir', dir, '--dry-run'),
      at('sweep', 'status', dir, ...data),
      at('report', dir, ...data),
      at('evaluate', trial, ...data),
      at('prune', trial, '--share', '0.5', ...data),
    ]);
    for (const [i, { code, stdout, stderr }] of printed.entries()) {
      // A plan can be shown on a machine that does not have the data.
      if (i === 1 && other === 'nowhere') continue;
      expect([code, stdout]).toEqual([2, '']);
      expect(stderr).toMatch(other === 'nowhere' ? /nowhere does not exist/ : /t10k-labels|t10k-images/);
    }
    expect(readFileSync(join(folder, dir, 'report.md'), 'utf8')).toBe(before);
  });

  it('are shown without the data, with the name of the data', async () => {
    const [status, report] = await Promise.all([
      at('sweep', 'status', dir),
      at('report', dir, '--out', 'offline'),
    ]);
    expect([status.code, report.code]).toEqual([0, 0]);
    expect(status.stdout).toMatch(NAMED);
    expect(report.stdout).toMatch(NAMED);
    const [, id] = /SHA-256 ([0-9a-f]{12})/.exec(status.stdout)!;
    const page = readFileSync(join(folder, 'offline', 'report.md'), 'utf8');
    expect(page).toContain(`| alpha | main | ${id} | training | 4 x 4 | 120 |`);
    expect(page).toContain('## alpha, hidden 4');
    const html = readFileSync(join(folder, 'offline', 'report.html'), 'utf8');
    expect(html).toContain(id);
  });

  it('are shown if the data are in another folder now', async () => {
    cpSync(join(folder, 'alpha'), join(folder, 'moved'), { recursive: true });
    const data = ['--data-dir', 'moved'];
    const printed = await Promise.all([
      sweep(...data, '--dir', dir),
      at('sweep', 'status', dir, ...data),
      at('report', dir, ...data),
      at('evaluate', trial, ...data, '--samples', '0'),
    ]);
    for (const { code, stderr } of printed) expect([code, stderr]).toEqual([0, expect.any(String)]);
    expect(printed[3].stdout).toMatch(/ on moved \(SHA-256 [0-9a-f]{12}\), 30 images/);
  });

  it('are named in a pruned network that is written elsewhere', async () => {
    const out = join(folder, 'pruned.safetensors');
    const { stdout } = await at('prune', trial, '--share', '0.5', '--data-dir', 'alpha', '--out', out);
    expect(stdout).toMatch(/test accuracy on alpha \(SHA-256 [0-9a-f]{12}\): /);
    expect((await at('evaluate', out, '--data-dir', 'beta')).code).toBe(2);
    // A command that names other data must use these.
    const named = await at('evaluate', out, '--dataset', 'idx', '--data-dir', 'beta', '--json');
    expect(JSON.parse(named.stdout)).toMatchObject({ dataset: 'beta', images: 30 });
    rmSync(out);
  });
});

describe('data that no trial can use', () => {
  it('are refused before anything is written', async () => {
    cpSync(join(folder, 'alpha'), join(folder, 'one'), { recursive: true });
    writeFileSync(join(folder, 'one', 'train-labels-idx1-ubyte'), idx([120], new Uint8Array(120)));
    const twin = ['--set', 'outOfDistribution={"use":"idx","options":{"dir":"alpha","name":"twin"}}'];
    const [one, same] = await Promise.all([
      sweep('--data-dir', 'one', '--dir', 'none'),
      sweep('--data-dir', 'alpha', '--dir', 'none', ...twin),
    ]);
    for (const { code, stdout } of [one, same]) expect([code, stdout]).toEqual([2, '']);
    expect(one.stderr).toContain('All 120 training examples of one are of class 0');
    expect(same.stderr).toContain(
      'All test examples of the out-of-distribution set twin are test examples of alpha.',
    );
    expect(readdirSync(folder)).not.toContain('none');
  });
});

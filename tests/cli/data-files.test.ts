import { existsSync } from 'node:fs';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createRegistry } from '@bbb/core';
import builtIn from '@bbb/plugins';
import { parseSweepConfig } from '@bbb/sweep';
import { applyFlags } from '../../packages/cli/src/config/override.js';
import { bytes, fileName, idx, writeSet, type Files } from '../support/idx-files.js';
import { temporaryFolder } from '../support/folders.js';
import { bbb } from '../support/command-line.js';

/** Sixty and thirty images of 5 x 5 pixels with labels from 1 to 6. */
function letters(count = 6): Files {
  const labels = (length: number): Buffer =>
    idx(
      [length],
      Uint8Array.from({ length }, (_, i) => (i % count) + 1),
    );
  return {
    'train-images': idx([60, 5, 5], bytes(60 * 25, 1)),
    'train-labels': labels(60),
    't10k-images': idx([30, 5, 5], bytes(30 * 25, 2)),
    't10k-labels': labels(30),
  };
}

const TINY =
  '--no-config --methods sgd --hidden 4 --epochs 1 --validation 20 --limit 40 --samples 0 --ood none'.split(
    ' ',
  );
const sweep = (dir: string, ...more: string[]) =>
  bbb(['sweep', '--dataset', 'idx', ...TINY, '--dir', dir, ...more]);

describe('files of a data set', () => {
  it('that are not valid end a sweep with exit code 2, one error and one hint, and write nothing', async () => {
    const folder = temporaryFolder();
    const data = await writeSet(join(folder, 'data'), letters());
    await writeFile(join(data, fileName('train-images')), '<!DOCTYPE html><title>Sign in</title>');
    const ended = await sweep(join(folder, 'out'), '--data-dir', data);
    expect(ended.code).toBe(2);
    expect(ended.stderr.match(/^error: /gm)).toHaveLength(1);
    expect(ended.stderr).toMatch(/train-images-idx3-ubyte is not an IDX file: it is a web page/);
    expect(ended.stderr.match(/^hint: .*curl/gm)).toHaveLength(1);
    expect(ended.stdout).toBe('');
    expect(existsSync(join(folder, 'out'))).toBe(false);
  });

  it('with labels from 1 give as many outputs as classes, and a message when they are run or evaluated', async () => {
    const folder = temporaryFolder();
    const data = await writeSet(join(folder, 'data'), letters());
    const out = join(folder, 'out');
    const options = ['--data-dir', data, '--dataset-option', 'transpose=true'];
    const planned = await sweep(out, ...options, '--dry-run');
    expect([planned.code, planned.stdout]).toEqual([0, expect.stringContaining('labels 1 to 6 became')]);
    const ended = await sweep(out, ...options);
    expect(ended.code).toBe(0);
    expect(ended.stderr).toMatch(/^data: labels 1 to 6 became classes 0 to 5/m);
    const [id] = await readdir(join(out, 'trials'));
    const trial = join(out, 'trials', id!);
    const same = await bbb(['evaluate', trial, '--data-dir', data]);
    expect([same.code, same.stderr]).toEqual([0, expect.stringContaining('labels 1 to 6 became')]);
    // With three of the six labels, the classes would be numbered differently from the network's.
    const few = await writeSet(join(folder, 'few'), letters(3));
    const other = await bbb(['evaluate', trial, '--dataset', 'idx', '--data-dir', few]);
    expect([other.code, other.stderr]).toEqual([2, expect.stringContaining('--dataset-option classes=6')]);
  });
});

describe('a data set by name', () => {
  it('that does not come with bbb gives an error that says where to get it', async () => {
    const ended = await bbb(['sweep', '--no-config', '--dataset', 'kmnist']);
    expect(ended.code).toBe(2);
    expect(ended.stderr).toMatch(/^hint: Kuzushiji.*--dataset idx --data-dir DIR/m);
    expect(ended.stderr).not.toContain('Did you mean');
  });

  it('that is a folder gives an error that names the option for folders', () => {
    expect(() => createRegistry([builtIn]).get('datasets', './mine')).toThrow(
      expect.objectContaining({ hint: expect.stringContaining('--dataset idx --data-dir ./mine') }),
    );
  });

  it('takes its own options in addition to those of the configuration', () => {
    const registry = createRegistry([builtIn]);
    const base = {
      dataset: { use: 'idx', options: { dir: './d', classes: 5 } },
      methods: [{ label: 'sgd', use: 'sgd', options: {} }],
      training: {},
      seeds: [0],
    };
    const datasetOption = [
      { path: 'transpose', value: true },
      { path: 'classes', value: 6 },
    ];
    expect(parseSweepConfig(applyFlags(base, { datasetOption }, registry)).dataset).toEqual({
      use: 'idx',
      options: { dir: './d', classes: 6, transpose: true },
    });
  });
});

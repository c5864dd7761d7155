import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readSweep } from '@bbb/sweep';
import { beforeEach, describe, expect, it } from 'vitest';
import { bbb, type Ended } from '../support/command-line.js';
import { temporaryFolder } from '../support/folders.js';

const guides = new URL('../../docs/guides/', import.meta.url);
const STRIDED = fileURLToPath(new URL('custom-network/strided.ts', guides));
const STUDENT_T = fileURLToPath(new URL('custom-likelihood/student-t.ts', guides));
const FAULTY = fileURLToPath(new URL('../../packages/contract/src/faulty.ts', import.meta.url));

describe('the plugins of the guides on the command line', () => {
  let place: string;
  beforeEach(async () => {
    place = temporaryFolder();
  });
  const dir = (): string => join(place, 'run');
  const sweep = (plugins: readonly string[], options: string): Promise<Ended> =>
    bbb([
      'sweep',
      ...plugins.flatMap((path) => ['--plugin', path]),
      ...options.split(' '),
      '--seeds',
      '1',
      '--dir',
      dir(),
    ]);

  it('a network of a guide runs in a sweep, with options', async () => {
    const { code, stderr } = await sweep(
      [FAULTY, STRIDED],
      '--dataset toy --network strided --network-option filters=[3,4] --methods sgd,bbb-gaussian --validation 30 --epochs 2 --prune 0,0.5',
    );
    expect(code, stderr).toBe(0);
    const { results } = await readSweep(dir());
    expect(results.map(({ trial }) => trial.network)).toEqual(
      [1, 2].map(() => ({ use: 'strided', options: { filters: [3, 4], slope: 0.1 } })),
    );
    // Filters of 3 x 3 over 1 and over 3 channels; then one pixel with 4 channels, and 3 classes. Each layer has biases.
    expect(results[0]!.parameters).toBe(9 * 3 + 3 + 27 * 4 + 4 + 4 * 3 + 3);
  });

  it('a likelihood of a guide decides what the sweep shows', async () => {
    const { code, stdout, stderr } = await sweep(
      [STUDENT_T],
      '--dataset curve --likelihood student-t --likelihood-option df=3 --hidden 8 --methods sgd,bbb-gaussian --validation 100 --epochs 2 --prune 0,0.5',
    );
    expect(code, stderr).toBe(0);
    expect(stdout).toContain('MAE');
    expect(stdout + stderr).not.toMatch(/accuracy|RMSE/);
    const [result] = (await readSweep(dir())).results;
    expect(result!.trial.likelihood).toEqual({ use: 'student-t', options: { df: 3 } });
    const { metrics } = result!.pruning[0]!.evaluations[0]!;
    expect(Object.keys(metrics).toSorted()).toEqual(['epistemic', 'mae', 'nll']);
  });

  it('a network that does not fit the data is refused before anything is written', async () => {
    const { code, stderr } = await sweep(
      [STRIDED],
      '--network strided --dataset curve --methods sgd --validation 100',
    );
    expect(code).toBe(2);
    expect(stderr).toMatch(/conv2d/);
    await expect(readSweep(dir())).rejects.toThrow();
  });
});

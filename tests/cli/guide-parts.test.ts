import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readSweep } from '@bbb/sweep';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bbb, temporaryFolder } from './run.js';

const guides = new URL('../../docs/guides/', import.meta.url);
const file = (path: string): string => fileURLToPath(new URL(path, guides));
const FAULTY = fileURLToPath(new URL('../../packages/contract/src/faulty.ts', import.meta.url));

describe('what the guides make, on the command line', () => {
  let place: Awaited<ReturnType<typeof temporaryFolder>>;
  beforeEach(async () => {
    place = await temporaryFolder();
  });
  afterEach(() => place.remove());

  it('a network of one is swept, with options', async () => {
    const dir = join(place.path, 'run');
    const { code, stderr } = await bbb([
      ...['sweep', '--plugin', FAULTY, '--plugin', file('custom-network/strided.ts'), '--dataset', 'toy'],
      ...['--network', 'strided', '--network-option', 'filters=[3,4]', '--methods', 'sgd,bbb-gaussian'],
      ...['--validation', '30', '--epochs', '3', '--batch', '16', '--seeds', '1', '--dir', dir],
    ]);
    expect(code, stderr).toBe(0);
    const { results } = await readSweep(dir);
    expect(results.map(({ trial }) => trial.network)).toEqual(
      [1, 2].map(() => ({ use: 'strided', options: { filters: [3, 4], slope: 0.1 } })),
    );
    // 3 x 3 filters of 1 and 3 channels, one pixel of 4 channels left, 3 classes; each with its biases.
    expect(results[0]!.parameters).toBe(9 * 3 + 3 + 27 * 4 + 4 + 4 * 3 + 3);
  });

  it('a likelihood of one is what all of the sweep speaks of', async () => {
    const dir = join(place.path, 'run');
    const { code, stdout, stderr } = await bbb([
      ...['sweep', '--plugin', file('custom-likelihood/student-t.ts'), '--dataset', 'curve'],
      ...[
        '--likelihood',
        'student-t',
        '--likelihood-option',
        'df=3',
        '--hidden',
        '8',
        '--methods',
        'sgd,bbb-gaussian',
      ],
      ...['--validation', '100', '--epochs', '2', '--seeds', '1', '--prune', '0,0.5', '--dir', dir],
    ]);
    expect(code, stderr).toBe(0);
    expect(stdout).toContain('MAE');
    expect(stdout + stderr).not.toMatch(/accuracy|RMSE/);
    const [result] = (await readSweep(dir)).results;
    expect(result!.trial.likelihood).toEqual({ use: 'student-t', options: { df: 3 } });
    expect(Object.keys(result!.pruning[0]!.evaluations[0]!.metrics).toSorted()).toEqual([
      'epistemic',
      'mae',
      'nll',
    ]);
  });

  it('a network that does not fit the data is refused before anything is written', async () => {
    const { code, stderr } = await bbb([
      ...[
        'sweep',
        '--plugin',
        file('custom-network/strided.ts'),
        '--network',
        'strided',
        '--dataset',
        'curve',
      ],
      ...['--validation', '100', '--dir', join(place.path, 'run')],
    ]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/conv2d/);
    await expect(readSweep(join(place.path, 'run'))).rejects.toThrow();
  });
});

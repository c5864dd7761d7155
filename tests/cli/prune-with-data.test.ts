import { readdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import type { TrialResult } from '@bbb/core';
import { readTrial } from '@bbb/sweep';
import { beforeAll, describe, expect, it } from 'vitest';
import { writeIdx } from '../support/idx-files.js';
import { bbb, type Ended } from '../support/command-line.js';
import { sharedFolder } from '../support/folders.js';

const CRITERIA = ['unit-taylor', 'shuffle-within-layer', 'obs'];
const TRAIN =
  'train --method bbb-gaussian --dataset idx --data-dir alpha --epochs 2 --hidden 6 --validation 20 --samples 3 --prune 0,0.7 --dir run';

const folder = sharedFolder();
let trial: string;
let result: TrialResult;
const at = (...args: string[]): Promise<Ended> => bbb(args, { cwd: folder });

beforeAll(async () => {
  writeIdx(join(folder, 'alpha'), 0);
  const of = ['--set', 'pruning.pruners.shuffle-within-layer.options.of.use=obd'];
  const { code, stderr } = await at(...TRAIN.split(' '), '--pruners', CRITERIA.join(','), ...of);
  expect([code, stderr]).toEqual([0, expect.any(String)]);
  const [id] = readdirSync(join(folder, 'run', 'trials'));
  trial = join('run', 'trials', id!);
  result = (await readTrial(join(folder, 'run'), id!)).result!;
});

describe('a criterion that computes from training examples', () => {
  it.each(CRITERIA)('%s: bbb prune makes the network that the trial measured', async (pruner) => {
    const args = ['--share', '0.7', '--pruner', pruner, '--data-dir', 'alpha', '--json'];
    const { code, stdout, stderr } = await at('prune', trial, ...args);
    expect([code, stderr]).toEqual([0, expect.any(String)]);
    const printed = JSON.parse(stdout) as { out: string; zeros: number };
    const row = result.pruning.find((one) => one.pruner === pruner && one.share === 0.7)!;
    expect(printed.zeros).toBe(row.zeros);
    const evaluated = await at('evaluate', printed.out, '--data-dir', 'alpha', '--samples', '3', '--json');
    const { evaluations } = JSON.parse(evaluated.stdout) as TrialResult['pruning'][number];
    // The negative log-likelihood is equal to the last bit, so the same weights with the same values are left.
    expect(evaluations.map(({ predict, metrics }) => [predict, metrics])).toEqual(
      row.evaluations.map(({ predict, metrics }) => [predict, metrics]),
    );
  });

  it("works in bbb export, too, and is refused only if the data can't be loaded", async () => {
    const args = ['export', trial, '--prune', '0.7', '--pruner', 'obs', '--format', 'sparse', '--out'];
    expect((await at(...args, 'there', '--data-dir', 'alpha')).code).toBe(0);
    renameSync(join(folder, 'alpha'), join(folder, 'away'));
    const refused = await Promise.all([
      at(...args, 'gone', '--data-dir', 'alpha'),
      at('prune', trial, '--share', '0.7', '--pruner', 'obs', '--out', 'gone', '--data-dir', 'alpha'),
      at('prune', trial, '--share', '0.7', '--pruner', 'obs', '--out', 'gone'),
    ]);
    for (const { code, stderr } of refused) {
      expect(code).toBe(2);
      expect(stderr).toMatch(
        /"obs" needs training examples, and they could not be loaded: .*\n.*--data-dir/s,
      );
    }
    expect(readdirSync(folder)).not.toContain('gone');
    // A criterion that reads only weights needs no data.
    const magnitude = await at(
      'prune',
      trial,
      '--share',
      '0.7',
      '--pruner',
      'snr',
      '--out',
      'left.safetensors',
    );
    expect(magnitude.code).toBe(0);
    expect(magnitude.stderr).toContain('was not measured');
  });
});

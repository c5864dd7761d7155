import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createRegistry } from '@bbb/core';
import builtIns from '@bbb/plugins';
import { errorBound, settingsOf, targetBrackets } from '@bbb/report';
import { readSweep } from '@bbb/sweep';
import { beforeAll, expect, it } from 'vitest';
import { refineTargets } from '../../packages/cli/src/network/refine-target.js';
import { sparsestBelow } from '../../packages/report/src/answer/target.js';
import { writeIdx } from '../support/idx-files.js';
import { bbb } from '../support/command-line.js';
import { sharedFolder } from '../support/folders.js';

const SWEEP =
  'sweep --dataset idx --methods sgd --epochs 80 --set training.optimizer.learningRate=0.003 --set training.batchSize=20 --hidden 32 --validation 40 --seeds 3 --samples 0 --data-dir alpha --quiet';

const folder = sharedFolder();
const sweep = async (dir: string, prune: string): Promise<string> => {
  const { code } = await bbb([...SWEEP.split(' '), '--prune', prune, '--dir', dir], { cwd: folder });
  expect(code).toBe(0);
  return join(folder, dir);
};

beforeAll(async () => {
  writeIdx(join(folder, 'alpha'), 0);
});

it('finds the same sparsity between measured ones as a sweep that measures it', async () => {
  const dir = await sweep('coarse', '0,0.3,1');
  const data = await readSweep(dir);
  // Between the value with all weights and the value with none.
  const boundAt = (share: number): number =>
    errorBound(
      data.results.map(({ pruning }) => pruning.find((row) => row.share === share)!.validation!.error),
    )!;
  const target = (boundAt(0) + boundAt(1)) / 2;
  const [bracket] = targetBrackets(data, target);
  expect(bracket).toBeDefined();
  const registry = createRegistry([builtIns]);
  const dataDir = join(folder, 'alpha');
  const { refined, left } = await refineTargets({ dir, data, target, registry, dataDir });
  expect(left).toEqual([]);
  const [found] = refined;
  expect(found!.share).toBeGreaterThanOrEqual(bracket!.from);
  expect(found!.share).toBeLessThan(bracket!.to);
  expect(found!.bound).toBeLessThan(target);

  // The same trials, pruned by the sweep itself to the same sparsity.
  const fine = await readSweep(await sweep('fine', `0,${found!.share},1`));
  const { groups } = settingsOf(fine)[0]!;
  const measured = sparsestBelow(groups[0]!, found!.pruner, target)!;
  expect(measured).toEqual({ pruner: found!.pruner, share: found!.share, bound: found!.bound });
  expect(readdirSync(folder)).toContain('fine');

  const printed = await bbb(
    [
      'report',
      'coarse',
      '--target-error',
      String(target),
      '--refine',
      '--data-dir',
      'alpha',
      '--format',
      'md',
    ],
    { cwd: folder },
  );
  expect(printed.code).toBe(0);
  expect(printed.stdout.replaceAll(/\s+/g, ' ')).toContain('found between the sparsities of the sweep');
  const without = await bbb(['report', 'coarse', '--refine'], { cwd: folder });
  expect([without.code, without.stderr]).toEqual([
    2,
    expect.stringContaining('Add one, e.g. --target-error 2% --refine'),
  ]);
});

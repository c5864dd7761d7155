import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { prunerChecks } from '@bbb/contract';
import { describe, expect, it } from 'vitest';
import { createRegistry, loadPlugins, type PruneContext } from '@bbb/core';

const guides = new URL('../../docs/guides/', import.meta.url);
const example = new URL('custom-pruner/my-pruner.ts', guides);

describe('the custom pruner guide', () => {
  it('shows exactly the file that is type-checked and run', () => {
    const guide = readFileSync(new URL('custom-pruner.md', guides), 'utf8');
    expect(/```ts\n([\s\S]*?)```/.exec(guide)?.[1]).toBe(readFileSync(example, 'utf8'));
  });

  it('shows criteria with data and of units, which pass the checks of pruners', async () => {
    const guide = readFileSync(new URL('custom-pruner.md', guides), 'utf8');
    const file = new URL('custom-pruner/my-criteria.ts', guides);
    const [, second] = [...guide.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code]) => code);
    expect(second).toBe(readFileSync(file, 'utf8'));
    const [plugin] = await loadPlugins([file.href]);
    for (const pruner of Object.values(plugin!.pruners!)) for (const { run } of prunerChecks(pruner)) run();
  });

  it('computes LAMP scores as in the paper', async () => {
    const [plugin] = await loadPlugins([example.href]);
    const pruner = createRegistry([plugin!]).get('pruners', 'my-pruner').create({ exponent: 2 });
    const mu = Float32Array.of(3, -1, 2, 0, 2);
    const fan = { fanIn: 5, fanOut: 1, inputUnits: 5 };
    const posterior = { ...fan, name: 'layers.0.weight', layer: 0, role: 'weight', shape: [5], mu } as const;
    // The squares in descending order, 9, 4 (last of the tie first), 4, 1, 0, divided by their running sums.
    const expected = [9 / 9, 1 / 18, 4 / 17, 0, 4 / 13];
    pruner
      .score(posterior, [0, 0], {} as PruneContext)
      .forEach((score, i) => expect(score).toBeCloseTo(expected[i]!, 6));
  });
});

describe('the library in the README', () => {
  const file = new URL('library/train.ts', guides);
  const table = new URL('library/table.ts', guides);

  // The following blocks belong to @bbb/predict, and a test of that package runs them.
  it('has exactly the files that are type-checked and run', () => {
    const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
    const shown = [...readme.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code]) => code).slice(0, 2);
    expect(shown).toEqual([file, table].map((path) => readFileSync(path, 'utf8')));
  });

  it('learns a table of numbers, and measures its uncertainty', () => {
    const printed = execFileSync(process.execPath, ['--import=tsx', fileURLToPath(table)], {
      encoding: 'utf8',
    });
    const [dense, ...pruned] = printed.trim().split('\n');
    expect(pruned.length).toBeGreaterThan(3);
    const [, rmse, covered] = /^0 pruned: RMSE ([\d.]+) m, (\d+) % within 95 % intervals$/.exec(dense!)!;
    // The targets' own standard deviation is 29 m.
    expect(Number(rmse)).toBeLessThan(6);
    expect(Number(covered)).toBeGreaterThan(85);
  });

  it('trains a network that is pruned well', () => {
    const printed = execFileSync(process.execPath, ['--import=tsx', fileURLToPath(file)], {
      encoding: 'utf8',
    });
    const rows = printed
      .trim()
      .split('\n')
      .slice(0, -1)
      .map((line) => line.split(' '));
    const accuracy = new Map(rows.map(([pruner, share, value]) => [`${pruner} ${share}`, Number(value)]));
    expect(accuracy.get('snr 0')).toBeGreaterThan(0.9);
    expect(accuracy.get('snr 0.5')).toBeGreaterThan(0.9);
    expect(printed).toMatch(/\d+ bytes of safetensors\n$/);
  });
});

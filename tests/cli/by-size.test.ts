import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { bySize } from '../../packages/cli/src/config/by-size.js';
import { bbb } from '../support/command-line.js';
import { sharedFolder } from '../support/folders.js';

const part = (count: number) => ({
  features: new Float32Array(count),
  targets: new Float32Array(count),
  count,
});

describe('the number of held-out examples and of epochs', () => {
  it.each([
    [150, 0, { testFraction: 0.2, validation: 12, batch: 32, epochs: 100 }],
    [3000, 0, { testFraction: 0.2, validation: 240, batch: 32, epochs: 30 }],
    [1000, 200, { validation: 100, batch: 32, epochs: 72 }],
    [20_190, 0, { testFraction: 0.2, validation: 1615, batch: 128, epochs: 10 }],
    [60_000, 10_000, { validation: 10_000, batch: 128, epochs: 10 }],
    [2, 0, { validation: 1, batch: 32, epochs: 100 }],
  ])('of %i examples with %i for testing', (train, test, expected) => {
    expect(bySize({ train: part(train), test: part(test) })).toEqual(expected);
  });
});

describe('a sweep on a table, with only the target given', () => {
  const folder = sharedFolder();
  beforeAll(async () => {
    // Two classes that a straight line separates; three rows of one class for each row of the other.
    const rows = Array.from(
      { length: 120 },
      (_, i) => `${(i * 37) % 101},${(i * 53) % 89},${i % 4 === 0 ? 'a' : 'b'}`,
    );
    const shifted = rows.map((row) => {
      const [x, y, kind] = row.split(',');
      return `${Number(x) + (kind === 'a' ? 120 : 0)},${y},${kind}`;
    });
    await writeFile(join(folder, 'kinds.csv'), ['x,y,kind', ...shifted].join('\n'));
  });
  const sweep = (...words: string[]) =>
    bbb(['sweep', '--dataset', 'csv', '--data', 'kinds.csv', '--target', 'kind', ...words], { cwd: folder });

  it('uses settings that fit the size of the table, and every method is better than chance', async () => {
    const { code, stdout, stderr } = await sweep('--seeds', '1', '--epochs', '60');
    expect(code, stderr).toBe(0);
    expect(stderr).toContain('By the size of the data: --validation 10 --test-fraction 0.2 --batch 32');
    // A network that always answers b is right for 75 %.
    const accuracies = [...stdout.matchAll(/^(?:sgd|dropout|bbb-gaussian) +(?:magnitude|snr) +([\d.]+)/gm)];
    expect(accuracies).toHaveLength(3);
    for (const [, accuracy] of accuracies) expect(Number(accuracy)).toBeGreaterThan(90);
    expect(await readdir(join(folder, 'runs'))).toEqual([expect.stringMatching(/^table-kinds-/)]);
  });

  it('answers for rows of another file by the names of its columns', async () => {
    const [run] = await readdir(join(folder, 'runs'));
    const trials = join(folder, 'runs', run!, 'trials');
    const trial = join(trials, (await readdir(trials))[0]!);
    await writeFile(join(folder, 'new.csv'), 'kind,y,note,x\n,40,hello,10\n,40,hello,210\n');
    const given = await bbb(['predict', trial, 'new.csv', '--data-dir', 'kinds.csv', '--json'], {
      cwd: folder,
    });
    expect(given.code, given.stderr).toBe(0);
    const { answers } = JSON.parse(given.stdout) as { answers: { name: string }[] };
    expect(answers.map(({ name }) => name)).toEqual(['b', 'a']);
    expect(given.stderr).toBe('new.csv: not used: kind (the target), note.\n');

    await writeFile(join(folder, 'bad.csv'), 'X,y\n1,2\n');
    const refused = await bbb(['predict', trial, 'bad.csv'], { cwd: folder });
    expect(refused.code).toBe(2);
    expect(refused.stderr).toMatch(/bad\.csv has no column "x".*Did you mean "X"\? Its columns: X, y\./s);
  });

  it.each([
    [
      ['--dataset', 'kinds.csv'],
      /takes the name of a data set, and got the path kinds\.csv/,
      /--dataset NAME --data kinds\.csv, with .*csv.* for NAME/,
    ],
    [['--data', 'kinds.csv', '--target', 'kind'], /need a table as the data set/, /--dataset csv/],
  ])('says what to type for %j', async (words, says, hint) => {
    const { code, stderr } = await bbb(['sweep', ...words], { cwd: folder });
    expect(code).toBe(2);
    expect(stderr.replaceAll(/\n +/g, ' ')).toMatch(says);
    expect(stderr.replaceAll(/\n +/g, ' ')).toMatch(hint);
  });

  it('uses the same settings for bbb train', async () => {
    const words = [
      '--dataset',
      'csv',
      '--data',
      'kinds.csv',
      '--target',
      'kind',
      '--hidden',
      '8',
      '--dry-run',
    ];
    const { code, stderr } = await bbb(['train', '--method', 'sgd', ...words], { cwd: folder });
    expect(code, stderr).toBe(0);
    expect(stderr).toContain('--validation 10 --test-fraction 0.2');
  });

  it('uses the values that the user gives', async () => {
    const typed = await sweep(
      '--validation',
      '5',
      '--test-fraction',
      '0.1',
      '--batch',
      '8',
      '--epochs',
      '3',
      '--dry-run',
    );
    expect(typed.stderr).not.toContain('By the size');
    const preset = await sweep('--preset', 'quick', '--dry-run');
    expect(preset.code).toBe(2);
    expect(preset.stderr).toMatch(/has no test examples/);
  });
});

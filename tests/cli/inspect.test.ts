import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decode } from 'fast-png';
import { describe, expect, it } from 'vitest';
import { besides, blocks } from '../../packages/cli/src/inspect/blocks.js';
import { summary } from '../../packages/cli/src/inspect/columns.js';
import { bytes, idx } from '../support/idx-files.js';
import { temporaryFolder } from '../support/folders.js';
import { png, write, type Content } from '../support/pictures.js';
import { bbb } from '../support/command-line.js';

const IDX = {
  'train-images-idx3-ubyte': idx([30, 5, 4], bytes(600, 1)),
  'train-labels-idx1-ubyte': idx(
    [30],
    Uint8Array.from({ length: 30 }, (_, i) => i % 3),
  ),
  't10k-images-idx3-ubyte': idx([6, 5, 4], bytes(120, 2)),
  't10k-labels-idx1-ubyte': idx(
    [6],
    Uint8Array.from({ length: 6 }, (_, i) => i % 3),
  ),
};
const PICTURES: Record<string, Content> = {
  'ants/1.png': png([0, 0, 255, 255]),
  'ants/2.png': png([9, 9, 9, 9]),
  'bees/1.png': png([0, 255, 0, 255]),
};
const TABLE = 'size,town,price\n1,Ulm,10.5\n2,Ulm,20.5\n,Bonn,30.5\n4,Bonn,40.25\n5,Ulm,1.5\n';

async function folder(
  files: Readonly<Record<string, Content>>,
): Promise<{ dir: string; env: Record<string, string> }> {
  const root = temporaryFolder();
  return { dir: write(join(root, 'own'), files), env: { BBB_CACHE_DIR: join(root, 'cache') } };
}

interface Case {
  readonly files?: Readonly<Record<string, Content>>;
  /** The file in the folder to inspect. Absent: the folder itself. */
  readonly file?: string;
  readonly json: object;
  readonly command: RegExp;
}

const cases: Readonly<Record<string, Case>> = {
  'a folder of pictures': {
    files: PICTURES,
    json: {
      use: 'images',
      inputShape: [2, 2, 1],
      elements: 'uint8',
      train: { examples: 3, byClass: [2, 1], features: [0, 255] },
    },
    command: /--dataset images --data \S+own --validation 1 --test-fraction 0.2 --batch 32 --epochs 100$/,
  },
  'a folder of arrays': {
    files: IDX,
    json: {
      use: 'idx',
      inputShape: [5, 4, 1],
      target: { kind: 'class', classes: 3 },
      test: { examples: 6, byClass: [2, 2, 2] },
    },
    command: /--dataset idx --data \S+own --validation 3 --batch 32 --epochs 100$/,
  },
  "torchvision's folders": {
    files: Object.fromEntries(Object.entries(IDX).map(([name, content]) => [`MNIST/raw/${name}`, content])),
    json: { use: 'idx', train: { examples: 30 } },
    command: /--dataset idx/,
  },
  'a table without options': {
    files: { 'prices.csv': TABLE },
    file: 'prices.csv',
    json: {
      use: 'csv',
      inputShape: [3],
      target: { kind: 'real', name: 'price' },
      train: { examples: 5, targets: [1.5, 40.25] },
    },
    command: /--target price --dataset-option missing=mean .*--batch 32 --epochs 100$/,
  },
  'a data set by its name': {
    json: { use: 'curve', target: { kind: 'real' } },
    command: /--dataset curve --validation/,
  },
};

describe('bbb data inspect', () => {
  it.each(Object.entries(cases))('%s', async (_, { files, file, json, command }) => {
    const { dir, env } = await folder(files ?? {});
    const what = files ? join(dir, file ?? '.') : 'curve';
    const ended = await bbb(['data', 'inspect', what, '--json'], { env });
    expect(ended.code, ended.stderr).toBe(0);
    const printed = JSON.parse(ended.stdout) as { command: string };
    expect(printed).toMatchObject(json);
    expect(printed.command).toMatch(command);
  });

  it('gives a command that can be typed', async () => {
    const rows = Array.from({ length: 20 }, (_, i) => `${i},${i * i + 0.5}\n`);
    const { dir, env } = await folder({ 'p.csv': `size,price\n${rows.join('')}` });
    const { stdout } = await bbb(['data', 'inspect', join(dir, 'p.csv'), '--json'], { env });
    const { command } = JSON.parse(stdout) as { command: string };
    const typed = await bbb([...command.split(' ').slice(1), '--no-config', '--dry-run'], { env });
    expect(typed.code, typed.stderr).toBe(0);
    expect(typed.stderr + typed.stdout).toMatch(/20 % of them held out/);
  });

  it('shows classes and what it assumed, and draws examples on request', async () => {
    const pictures = await folder(PICTURES);
    const ended = await bbb(['data', 'inspect', pictures.dir, '--show'], pictures);
    expect(ended.stdout).toMatch(/class {2}training {2}test\n {2}ants {10}2 {5}0\n {2}bees {10}1 {5}0\n/);
    expect(ended.stdout).toMatch(/\n▄▄ {3}█\n/);
    const table = await folder({ 't.csv': TABLE });
    const { stdout } = await bbb(['data', 'inspect', join(table.dir, 't.csv')]);
    expect(stdout).not.toMatch(/▀/);
    expect(stdout).toMatch(/line 4, column "size".* Assumed here: missing=mean\./);
    expect(stdout).toMatch(/To train on it:\n {2}bbb sweep --dataset csv/);
    expect(stdout).toMatch(/column .* missing {2}histogram\n {2}size .* 1 {2}.*▁/);
    expect(stdout).toMatch(/missing .* 1 training and 0 test values, filled with the mean/);
  });

  it('writes a picture of examples, a row for each class, and never replaces a file', async () => {
    const { dir, env } = await folder(PICTURES);
    const out = join(dir, '../sheet.png');
    expect((await bbb(['data', 'inspect', dir, '--out', out], { env })).code).toBe(0);
    const { width, height, channels, data } = decode(readFileSync(out));
    expect([width, height, channels]).toEqual([10, 10, 1]);
    const at = (row: number, col: number): number => data[row * width + col]!;
    expect([at(0, 0), at(2, 2), at(2, 3), at(3, 2), at(3, 3)]).toEqual([255, 0, 0, 255, 255]);
    expect([at(2, 6), at(6, 2), at(6, 3), at(7, 2), at(6, 6)]).toEqual([9, 0, 255, 0, 255]);
    const again = await bbb(['data', 'inspect', dir, '--out', out], { env });
    expect([again.code, again.stdout]).toEqual([2, '']);
    expect(again.stderr).toMatch(/exists already/);
  });

  it.each<[string, Readonly<Record<string, Content>>, string, RegExp]>([
    ['nothing', {}, 'gone', /no file or folder/],
    ['an empty folder', {}, '.', /no pictures, tables or arrays/],
    ['a broken picture', { 'a/1.png': 'x', 'b/1.png': 'y' }, '.', /a\/1\.png is a text/],
    ['a broken archive', { 'x.npz': 'PK\u0003\u0004' }, 'x.npz', /not a whole NumPy archive/],
  ])('of %s says what is wrong, with exit code 2', async (_, files, what, says) => {
    const { dir, env } = await folder({ '.keep': '', ...files });
    const ended = await bbb(['data', 'inspect', join(dir, what)], { env });
    expect(ended.code).toBe(2);
    expect(ended.stderr.replaceAll(/\n +/g, ' ')).toMatch(says);
    expect(ended.stderr.match(/^error: /gm)).toHaveLength(1);
    expect(ended.stderr.match(/^hint: /gm)).toHaveLength(1);
    expect(ended.stdout).toBe('');
  });
});

describe('what inspect draws', () => {
  const pixels = Uint8Array.of(9, 0, 0, 9, 9, 9);

  it('two rows of pixels a line', () => {
    expect(blocks({ width: 2, height: 3, channels: 1, pixels })).toEqual(['▀▄', '▀▀']);
    expect(blocks({ width: 1, height: 2, channels: 3, pixels })).toEqual(['▄']);
  });

  it('large pictures by the means of squares', () => {
    const wide = Uint8Array.from({ length: 56 * 4 }, (_, i) => (i % 56 < 28 ? 200 : 10));
    expect(blocks({ width: 56, height: 4, channels: 1, pixels: wide })).toEqual([
      `${'█'.repeat(14)}${' '.repeat(14)}`,
    ]);
  });

  it('as many side by side as fit', () => {
    const one = ['ab', 'cd'];
    expect(besides([one, one, one], 7)).toEqual(['ab  ab', 'cd  cd', 'ab', 'cd']);
    expect(besides([one, one], 1)).toEqual(['ab', 'cd', 'ab', 'cd']);
  });

  it('a histogram of equal parts of the range', () => {
    const { min, mean, max, histogram } = summary(Float64Array.of(0, 0, 1, 16));
    expect([min, mean, max]).toEqual([0, 4.25, 16]);
    expect(histogram).toEqual([2, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
    expect(summary(Float64Array.of(3, 3)).histogram[0]).toBe(2);
  });
});

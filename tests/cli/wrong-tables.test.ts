import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import builtIns from '@bbb/plugins';
import { beforeAll, describe, expect, it } from 'vitest';
import { describeFailure } from '@bbb/cli';
import { png, rawPng } from '../support/pictures.js';
import { bbb } from '../support/command-line.js';
import { sharedFolder } from '../support/folders.js';

type Content = string | Uint8Array;

/** What is wrong, the files, how the command names the data set, and what the error and its hint say. */
interface Wrong {
  readonly files: Readonly<Record<string, Content>>;
  readonly use: 'csv' | 'images' | 'idx';
  readonly data?: string;
  readonly options?: Readonly<Record<string, string>>;
  readonly says: RegExp;
  readonly hint: RegExp;
}

const table = (content: Content, says: RegExp, hint: RegExp, options: Wrong['options'] = {}): Wrong => ({
  files: { 'own.csv': content },
  use: 'csv',
  data: 'own.csv',
  options: { target: 'y', ...options },
  says,
  hint,
});
const pictures = (files: Wrong['files'], says: RegExp, hint: RegExp): Wrong => ({
  files,
  use: 'images',
  says,
  hint,
});

const ok = png([1, 2, 3, 4]);
const pair = (wrong: Content, name = 'b/2.png'): Wrong['files'] => ({
  'a/1.png': ok,
  'b/1.png': ok,
  [name]: wrong,
});

const WRONG: Readonly<Record<string, Wrong>> = {
  'text in a number': table(
    'a,y\n1,1.5\nx,2.5\n',
    /own\.csv, line 3, column "a": "x" is no number/,
    /categorical=a/,
  ),
  'a decimal comma': table('a;y\n1,5;2\n', /line 2, column "a": "1,5"/, /write 1\.5 for 1,5/),
  'thousands separators': table('a;y\n1,234;2\n', /"1,234" is no number/, /write 1234/),
  'a date': table('a,y\n7,1.5\n2024-01-31,2\n', /line 3, column "a": "2024-01-31"/, /drop=a/),
  'a unit': table('a,y\n7,1.5\n5%,2\n', /line 3, column "a": "5%"/, /number alone/),
  infinity: table('a,y\n1,1.5\n-inf,2.5\n', /line 3, column "a": "-inf"/, /finite/),
  'not a number': table('a,y\nNaN,1.5\n2,2.5\n', /line 2, column "a": the value is missing/, /missing=mean/),
  'a gap': table('a,b,y\n1,2,1.5\n1,,2.5\n', /line 3, column "b": the value is missing/, /missing=mean/),
  'a target that is missing': table('a,y\n1,\n2,1.5\n', /line 2, column "y"/, /missing=drop/),
  'a number beyond float32': table(
    'a,y\n1e39,1.5\n',
    /line 2, column "a": 1e39 is too large/,
    /another unit/,
  ),
  'an empty file': table('', /own\.csv is empty/, /table with rows/),
  'a header alone': table('a,y\n', /a header and no rows/, /table with rows/),
  'one row': table('a,y\n1,1.5\n', /own has a single training example/, /more/),
  'one class': table('a,y\n1,u\n2,u\n', /All 2 training examples/, /two different classes/),
  'one column': table('y\n1\n2\n', /has one column, "y"/, /delimiter/),
  'a row cut off': table('a,b,y\n1,2,3\n1,2\n', /line 3 has 2 fields/, /cut off/),
  'a row too long': table('a,y\n1,2\n1,2,3\n', /line 3 has 3 fields/, /decimal comma/),
  'an open quote': table('a,y\n1,"2\n3,4\n', /own\.csv, line \d/, /double quotes/),
  'two columns with one name': table('a,a,y\n1,2,3\n', /two columns called "a"/, /Rename/),
  'Latin-1': table(Buffer.from('a,y\nKöln,1\n', 'latin1'), /line 2 is not UTF-8/, /iconv/),
  'UTF-16': table(Buffer.from('\uFEFFa,y\n1,2\n', 'utf16le'), /is UTF-16/, /UTF-8/),
  'a spreadsheet': table(Uint8Array.of(0x50, 0x4b, 3, 4, 0), /spreadsheet/, /Export/),
  'a gzipped table without .gz in its name': table(gzipSync('a,y\n1,2\n'), /is gzipped/, /Rename/),
  'a target misspelt': table('rooms,price\n1,2\n', /no column "prise"/, /Did you mean "price"\?/, {
    target: 'prise',
  }),
  'a column misspelt': table('rooms,area,y\n1,2,3\n', /no column "aera"/, /Did you mean "area"\?/, {
    drop: 'aera',
  }),
  'a column of names': table(
    `a,y\n${Array.from({ length: 300 }, (_, i) => `n${i}n,${i}`).join('\n')}`,
    /line \d+, column "a": the column has more than 256/,
    /drop=a/,
  ),
  'a split with an unknown word': table(
    'a,p,y\n1,train,1\n2,later,2\n',
    /line 3, column "p": "later"/,
    /splitTest/,
    {
      split: 'p',
    },
  ),
  'no such file': {
    files: {},
    use: 'csv',
    data: 'absent.csv',
    says: /no file absent\.csv|absent\.csv/,
    hint: /Name/,
  },
  'a category that only the test file has': {
    files: { 'train.csv': 'k,y\np,1.5\nq,2.5\n', 'test.csv': 'k,y\nr,1.5\n' },
    use: 'csv',
    options: { target: 'y' },
    says: /test\.csv, line 2, column "k": "r" does not occur/,
    hint: /drop=k/,
  },
  'a test file without a column': {
    files: { 'train.csv': 'k,y\np,1.5\nq,2.5\n', 'test.csv': 'y\n1.5\n' },
    use: 'csv',
    options: { target: 'y' },
    says: /test\.csv has other columns/,
    hint: /same columns/,
  },
  'a web page called .png': pictures(pair('<html>'), /2\.png is a web page/, /PNG and JPEG/),
  'a PNG cut off': pictures(pair(ok.subarray(0, 40)), /2\.png is damaged/, /Fetch/),
  'another size': pictures(
    pair(png([1, 2, 3, 4, 5, 6, 7, 8, 9], { width: 3, height: 3 } as never)),
    /2\.png/,
    /resize/,
  ),
  '16 bits': pictures(
    pair(rawPng({ width: 2, height: 2, depth: 16, colour: 0, raw: new Uint8Array(2 * 5) })),
    /2\.png .*16 bit/,
    /Convert|magick/,
  ),
  'no pictures': pictures(
    { 'a/readme.txt': 'x', 'b/readme.txt': 'x' },
    /readme\.txt is a text/,
    /PNG and JPEG/,
  ),
  'one folder': pictures({ 'a/1.png': ok, 'a/2.png': ok }, /one class only, a/, /one folder for each class/),
  'pictures given to idx': {
    files: { 'a/1.png': ok, 'b/1.png': ok },
    use: 'idx',
    says: /It holds pictures: a\/1\.png/,
    hint: /--dataset images/,
  },
  'a table given to idx': {
    files: { 'own.csv': 'a,b,c\n1,2,3\n' },
    use: 'idx',
    says: /own\.csv, a table/,
    hint: /--dataset csv/,
  },
  'an empty folder': {
    files: {},
    use: 'images',
    says: /no folders of pictures/,
    hint: /one folder for each class/,
  },
  'a table called train-labels': {
    files: { 'train-labels-idx1-ubyte': 'label,a,b\n1,2,3\n' },
    use: 'idx',
    says: /lacks train-images/,
    hint: /four IDX files/,
  },
};

const root = sharedFolder();
let count = 0;
beforeAll(async () => {});

async function written({ files }: Wrong): Promise<string> {
  const dir = join(root, String(count++), 'own');
  await mkdir(dir, { recursive: true });
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(dir, name)), { recursive: true });
    await writeFile(join(dir, name), content);
  }
  return dir;
}

describe('data that are wrong', () => {
  it.each(Object.entries(WRONG))('%s', async (_, wrong) => {
    const dir = await written(wrong);
    const source = builtIns.datasets![wrong.use]!;
    const before = await readdir(dir, { recursive: true });
    const load = async (): Promise<unknown> => {
      const { checkData, checkedDataset } = await import('@bbb/core');
      const dataset = checkedDataset(
        wrong.use,
        await source.load(source.options.parse(wrong.options ?? {}), {
          dataDir: join(dir, wrong.data ?? '.'),
        }),
      );
      checkData(dataset, { use: wrong.use, options: {}, validation: 0, divisor: 1, testFraction: 0.5 });
      return undefined;
    };
    const error = (await load().catch((thrown: unknown) => thrown)) as Error & { hint?: string };
    expect(error).toBeInstanceOf(Error);
    expect(error.message).toMatch(wrong.says);
    expect(error.hint).toMatch(wrong.hint);
    expect(describeFailure(error)).toMatchObject({ exitCode: 2 });
    expect(await readdir(dir, { recursive: true })).toEqual(before);
  });

  // Each case starts a process, so only a few of every kind run here.
  it.each([
    'text in a number',
    'thousands separators',
    'Latin-1',
    'a header alone',
    'a category that only the test file has',
    '16 bits',
    'one folder',
    'pictures given to idx',
  ])('on the command line: %s', async (name) => {
    const wrong = WRONG[name]!;
    const dir = await written(wrong);
    const before = await readdir(dirname(dir), { recursive: true });
    const options = Object.entries(wrong.options ?? {}).flatMap(([key, value]) => [
      '--dataset-option',
      `${key}=${value}`,
    ]);
    const { code, stdout, stderr } = await bbb(
      ['sweep', '--dataset', wrong.use, '--data', wrong.data ?? '.', ...options, '--methods', 'sgd'],
      { cwd: dir, env: { BBB_CACHE_DIR: join(dirname(dir), 'cache') } },
    );
    expect(code, stderr).toBe(2);
    expect(stderr.match(/^error: /gm)).toHaveLength(1);
    expect(stderr.match(/^hint: /gm)).toHaveLength(1);
    expect(stderr.replaceAll(/\n +/g, ' ')).toMatch(wrong.says);
    expect(stdout).toBe('');
    expect(await readdir(dirname(dir), { recursive: true })).toEqual(before);
  });
});

import { createHash } from 'node:crypto';
import { writeFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { inputNames, type Dataset } from '@bbb/core';
import builtIns from '@bbb/plugins';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { sharedFolder } from '../support/folders.js';

const folder = sharedFolder();
beforeAll(async () => {});

let files = 0;
async function written(content: string | Uint8Array, name = `table-${files++}.csv`): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

const source = builtIns.datasets!['csv']!;
const load = (options: object): Promise<Dataset> => source.load(source.options.parse(options), {});
const read = async (content: string | Uint8Array, options: object = {}): Promise<Dataset> =>
  load({ data: await written(content), ...options });

const HOUSES = 'rooms,town,price\n3,Ulm,120.5\n4,Aalen,200\n2,Ulm,90.25\n';

describe('a table', () => {
  it('has numbers and categories, which become one input each, by name', async () => {
    const { inputShape, target, train, test, notes } = await read(HOUSES, { target: 'price', unit: 'EUR' });
    expect(inputShape).toEqual([3]);
    expect(target).toEqual({ kind: 'real', name: 'price', unit: 'EUR' });
    // Columns: rooms, Aalen, Ulm.
    expect([...train.features]).toEqual([3, 0, 1, 4, 1, 0, 2, 0, 1]);
    expect([...train.targets]).toEqual([120.5, 200, 90.25]);
    expect(test.count).toBe(0);
    expect(train.features.buffer).toBeInstanceOf(SharedArrayBuffer);
    expect(notes).toEqual(['The target price is a number.', 'Categories: town (2).']);
  });

  it.each([
    ['text', 'x,y\n1,b\n2,a\n3,b\n', ['a', 'b'], [1, 0, 1]],
    ['few whole numbers', 'x,y\n1,7\n2,-1\n3,7\n', ['-1', '7'], [1, 0, 1]],
    ['few whole numbers in another spelling', 'x,y\n1,7.0\n2,10\n3,7\n', ['7', '10'], [0, 1, 0]],
  ])('has classes if the target is %s', async (_, content, names, targets) => {
    const { target, train } = await read(content, { target: 'y' });
    expect(target).toEqual({ kind: 'class', classes: 2, names });
    expect([...train.targets]).toEqual(targets);
  });

  it('has real targets if the user says so, or if there are many values', async () => {
    const few = await read('x,y\n1,7\n2,1\n', { target: 'y', targetKind: 'real' });
    expect(few.target).toEqual({ kind: 'real', name: 'y' });
    const many = `x,y\n${Array.from({ length: 21 }, (_, i) => `${i},${i}`).join('\n')}`;
    expect((await read(many, { target: 'y' })).target.kind).toBe('real');
    expect((await read(many, { target: 'y', targetKind: 'class' })).target).toMatchObject({ classes: 21 });
  });

  it.each([
    ['line ends of Windows', HOUSES.replaceAll('\n', '\r\n')],
    ['line ends of old Macs', HOUSES.replaceAll('\n', '\r')],
    ['a byte order mark', `\uFEFF${HOUSES}`],
    ['semicolons', HOUSES.replaceAll(',', ';')],
    ['tabs', HOUSES.replaceAll(',', '\t')],
    ['bars', HOUSES.replaceAll(',', '|')],
    ['quotes', 'rooms,"town","price"\n"3","Ulm",120.5\n4,"Aalen",2e2\n 2 , Ulm ,90.25'],
    ['blank lines', HOUSES.replaceAll('\n', '\n\n')],
  ])('is the same with %s', async (_, content) => {
    const plain = await read(HOUSES, { target: 'price' });
    const { train, inputShape, target } = await read(content, { target: 'price' });
    expect({ train, inputShape, target }).toEqual({
      train: plain.train,
      inputShape: plain.inputShape,
      target: plain.target,
    });
  });

  it('is the same if gzipped, with the hash of its content', async () => {
    const path = await written(gzipSync(HOUSES), 'houses.csv.gz');
    const { name, train, sha256 } = await load({ data: path, target: 'price' });
    expect(name).toBe('houses');
    expect(train).toEqual((await read(HOUSES, { target: 'price' })).train);
    expect(sha256).toEqual({ 'houses.csv.gz': createHash('sha256').update(HOUSES).digest('hex') });
  });

  it('may have no header; then columns have numbers', async () => {
    const { train, notes } = await read('1,2,a\n3,4,b\n', { target: 3 });
    expect([...train.features]).toEqual([1, 2, 3, 4]);
    expect(notes).toContain('The first row is data: columns are called by their numbers from 1.');
  });

  it('has quoted fields with delimiters, quotes and line breaks in them', async () => {
    const { target } = await read('x,y\n1,"a, ""b""\nc"\n2,d\n', { target: 'y' });
    expect(target).toMatchObject({ names: ['a, "b"\nc', 'd'] });
  });

  it('keeps some columns and drops others', async () => {
    const table = 'a,b,c,y\n1,2,3,0.5\n4,5,6,1.5\n';
    expect([...(await read(table, { target: 'y', columns: 'c,a' })).train.features]).toEqual([1, 3, 4, 6]);
    expect([...(await read(table, { target: 'y', drop: ['b'] })).train.features]).toEqual([1, 3, 4, 6]);
    expect([...(await read(table, { target: 'y', drop: 'a,b', categorical: 'c' })).train.features]).toEqual([
      1, 0, 0, 1,
    ]);
  });

  const GAPS = 'a,b,y\n1,u,0.5\n,v,1\n2,NA,2\n6,v,3.5\n';
  it('skips rows with missing values, or keeps the gaps and reports the values that fill them', async () => {
    const dropped = await read(GAPS, { target: 'y', missing: 'drop' });
    expect([...dropped.train.features]).toEqual([1, 1, 0, 6, 0, 1]);
    expect(dropped.missing).toBeUndefined();
    expect(dropped.notes!.at(-1)).toBe('2 rows with missing values are left out.');
    for (const fill of ['mean', 'median']) {
      const { train, missing, table, notes } = await read(GAPS, { target: 'y', missing: fill });
      expect([...train.features]).toEqual([1, 1, 0, NaN, 0, 1, 2, NaN, NaN, 6, 0, 1]);
      expect(missing).toEqual({ fill, categories: [[1, 2]] });
      expect(table).toEqual({ columns: [{ name: 'a' }, { name: 'b', categories: ['u', 'v'] }], target: 'y' });
      expect(inputNames(table!)).toEqual(['a', 'b=u', 'b=v']);
      expect(notes!.at(-1)).toMatch(/^2 missing values are filled with the (mean|median) of the rows/);
    }
  });

  it('may have a column that says which rows are for testing', async () => {
    const rows = 'x,k,part,y\n1,p,Train,b\n5,p,test,a\n2,q,training,a\n3,q,val,b\n';
    const { train, test, table, notes } = await read(rows, { target: 'y', split: 'part' });
    expect(inputNames(table!)).toEqual(['x', 'k=p', 'k=q']);
    expect(table!.dropped).toEqual(['part']);
    expect([...train.features]).toEqual([1, 1, 0, 2, 0, 1, 3, 0, 1]);
    expect([...test.features]).toEqual([5, 1, 0]);
    expect([...train.targets, ...test.targets]).toEqual([1, 0, 1, 0]);
    expect(notes!.slice(-2)).toEqual([
      'The column part says which rows are for testing: 1.',
      '1 rows for validation are rows to train on: --validation holds out as many as it says.',
    ]);
    const folds = 'x,fold,y\n1,1,0.5\n2,2,1.5\n3,3,2.5\n4,3,3.5\n';
    for (const splitTest of [3, '3', '3,4']) {
      const { train, test } = await read(folds, { target: 'y', split: 'fold', splitTest });
      expect([[...train.features], [...test.features]]).toEqual([
        [1, 2],
        [3, 4],
      ]);
    }
  });

  it('has no category and no class that occurs only in test rows, at any place', async () => {
    const rows = ['1,p,test,a', '2,p,train,a', '3,q,train,b', '4,q,train,b'];
    const table = (changed: Readonly<Record<number, string>>): string =>
      ['x,k,part,y', ...rows.map((row, i) => changed[i] ?? row)].join('\n');
    const options = { target: 'y', split: 'part' };
    const { train, test, target } = await read(table({}), options);
    expect([train.count, test.count, target]).toEqual([
      3,
      1,
      { kind: 'class', classes: 2, names: ['a', 'b'] },
    ]);
    for (const [changed, code, message] of [
      [
        { 0: '1,r,test,a' },
        'E_CSV_CATEGORY',
        /line 2, column "k": "r" does not occur in the rows to train on/,
      ],
      [{ 3: '1,r,test,a' }, 'E_CSV_CATEGORY', /line 5, column "k": "r"/],
      [{ 0: '1,p,test,c' }, 'E_CSV_TARGET', /line 2, column "y": the class "c"/],
      [{ 1: '2,p,maybe,a' }, 'E_CSV_SPLIT', /line 3, column "part": "maybe" is neither train nor test/],
      [{ 0: '1,p,train,a' }, 'E_CSV_SPLIT', /column "part" leaves no row to test with/],
    ] as const)
      await expect(read(table(changed), options)).rejects.toMatchObject({
        code,
        message: expect.stringMatching(message),
      });
    await expect(read(table({}), { ...options, split: 'y' })).rejects.toMatchObject({ code: 'E_CSV_TARGET' });
  });

  it('may have a hundred thousand columns', async () => {
    const names = Array.from({ length: 100_000 }, (_, c) => `c${c}`);
    const row = (first: number): string => names.map((_, c) => first + c).join(',');
    const { inputShape, train } = await read(`${names.join(',')},y\n${row(0)},a\n${row(7)},b\n`, {
      target: 'y',
    });
    expect(inputShape).toEqual([100_000]);
    expect([train.features[99_999], train.features[100_000], train.features[199_999]]).toEqual([
      99_999, 7, 100_006,
    ]);
  });

  it('whose classes are the same number in float32 is refused', async () => {
    await expect(read('x,y\n1,16777216\n2,16777217\n', { target: 'y' })).rejects.toMatchObject({
      code: 'E_CSV_TARGET',
      message: expect.stringMatching(/the same number in float32/),
    });
  });

  it('may be a folder with a test file, which is read like the training file', async () => {
    const dir = join(folder, 'split');
    await mkdir(dir);
    await writeFile(join(dir, 'train.csv'), 'x,k,y\n1,p,b\n2,q,a\n');
    await writeFile(join(dir, 'test.csv'), 'y,x,k\na,5,p\n');
    const { name, train, test, sha256 } = await load({ data: dir, target: 'y' });
    expect(name).toBe('split');
    expect([...train.features]).toEqual([1, 1, 0, 2, 0, 1]);
    expect([...test.features]).toEqual([5, 1, 0]);
    expect([...test.targets]).toEqual([0]);
    expect(Object.keys(sha256)).toEqual(['train.csv', 'test.csv']);
    await writeFile(join(dir, 'test.csv'), 'y,x,k\na,5,r\n');
    await expect(load({ data: dir, target: 'y' })).rejects.toMatchObject({
      code: 'E_CSV_CATEGORY',
      message: expect.stringMatching(/line 2, column "k": "r" does not occur/),
    });
    await writeFile(join(dir, 'test.csv'), 'y,x,k\nc,5,p\n');
    await expect(load({ data: dir, target: 'y' })).rejects.toMatchObject({
      code: 'E_CSV_TARGET',
      message: expect.stringMatching(/the class "c" does not occur/),
    });
    await writeFile(join(dir, 'test.csv'), 'y,x\na,5\n');
    await expect(load({ data: dir, target: 'y' })).rejects.toMatchObject({
      code: 'E_CSV_COLUMN',
      message: expect.stringMatching(/none called "k"/),
    });
  });

  it('gives back the numbers that were written, for any numbers and any length', async () => {
    const finite = fc.float({ noNaN: true, noDefaultInfinity: true });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(finite, finite, finite), { minLength: 1, maxLength: 400 }),
        async (rows) => {
          const table = ['a,b,y', ...rows.map((row) => row.join(','))].join('\n');
          const { train } = await read(table, { target: 'y', targetKind: 'real' });
          expect([...train.features]).toEqual(
            rows
              .flatMap(([a, b]) => [a + 0, b + 0])
              .map((v, i) => (Object.is(train.features[i], -0) ? -0 : v)),
          );
          expect(train.targets.every((y, i) => y === rows[i]![2])).toBe(true);
        },
      ),
      { numRuns: 50 },
    );
    // More rows than one chunk of the store or of the file holds.
    const rows = Array.from({ length: 300_000 }, (_, i) => `${i},${i % 7}`);
    const { train } = await read(`a,y\n${rows.join('\n')}\n`, { target: 'y' });
    expect(train.count).toBe(300_000);
    expect(train.features.every((a, i) => a === i && train.targets[i] === i % 7)).toBe(true);
  });
});

const latin1 = Buffer.from('a,town,y\n1,Köln,1.5\n2,Ulm,2.5\n', 'latin1');
const bytes = (...values: number[]): Uint8Array => Uint8Array.of(...values);

describe('a wrong table is refused with the place and with what to type', () => {
  it.each<[string, string | Uint8Array, object, string, RegExp]>([
    ['text in a number', 'a,y\n1,1.5\nx,2.5\n', {}, 'E_CSV_VALUE', /line 3, column "a": "x" is no number/],
    [
      'text in the target',
      'a,y\n1,1.5\n2,high\n',
      {},
      'E_CSV_VALUE',
      /line 3, column "y": "high" is no number/,
    ],
    ['infinity', 'a,y\ninf,1.5\n2,2.5\n', {}, 'E_CSV_VALUE', /line 2, column "a": "inf" is no number/],
    ['beyond float32', 'a,y\n1e39,1.5\n2,2.5\n', {}, 'E_CSV_VALUE', /1e39 is too large/],
    ['NaN', 'a,y\n1,1.5\nNaN,2.5\n', {}, 'E_CSV_MISSING', /line 3, column "a": the value is missing/],
    ['a gap', 'a,b,y\n1,,1.5\n', {}, 'E_CSV_MISSING', /line 2, column "b"/],
    [
      'a target that is missing',
      'a,y\n1,1.5\n2,\n',
      { missing: 'mean' },
      'E_CSV_MISSING',
      /line 3, column "y"/,
    ],
    [
      'a column with only missing values',
      'a,y\n,1\n,2\n',
      { missing: 'drop' },
      'E_CSV_EMPTY',
      /no row without a missing value \(2 rows\)/,
    ],
    ['an empty file', '', {}, 'E_CSV_EMPTY', /is empty/],
    ['blank lines', '\n\n', {}, 'E_CSV_EMPTY', /is empty/],
    ['a header alone', 'a,y\n', {}, 'E_CSV_EMPTY', /a header and no rows/],
    [
      'a row too short',
      'a,b,y\n1,2,3\n1,2\n',
      {},
      'E_CSV_FORMAT',
      /line 3 has 2 fields, and the first row has 3/,
    ],
    ['a row too long', 'a,y\n1,2\n1,2,3\n', {}, 'E_CSV_FORMAT', /line 3 has 3 fields/],
    ['a quote that is not closed', 'a,y\n1,"2\n3,4\n', {}, 'E_CSV_FORMAT', /line \d/],
    ['a quote within a field', 'a,y\n1,"2"3\n', {}, 'E_CSV_FORMAT', /line 2/],
    ['two columns with one name', 'a,a,y\n1,2,3\n', {}, 'E_CSV_FORMAT', /two columns called "a"/],
    ['Latin-1', latin1, {}, 'E_CSV_ENCODING', /line 2 is not UTF-8/],
    [
      'UTF-8 that is cut off',
      Buffer.concat([Buffer.from('a,y\n1,'), bytes(0xc3)]),
      {},
      'E_CSV_ENCODING',
      /line 2 is not UTF-8/,
    ],
    ['UTF-16', Buffer.from('\uFEFFa,y\n1,2\n', 'utf16le'), {}, 'E_CSV_ENCODING', /is UTF-16/],
    ['a spreadsheet', bytes(0x50, 0x4b, 3, 4, 0), {}, 'E_CSV_ENCODING', /spreadsheet/],
    ['zero bytes', 'a,y\n1,\0\n', {}, 'E_CSV_ENCODING', /zero bytes/],
    ['gzip under another name', gzipSync('a,y\n1,2\n'), {}, 'E_CSV_ENCODING', /is gzipped/],
    ['thousands separators', 'a;y\n1,234,567;1.5\n', {}, 'E_CSV_VALUE', /"1,234,567" is no number/],
    ['decimal commas', 'a;y\n1,5;2\n', {}, 'E_CSV_VALUE', /"1,5" is no number/],
    [
      'dates in a column that began with numbers',
      'a,y\n7,1.5\n2024-01-31,2.5\n',
      {},
      'E_CSV_VALUE',
      /"2024-01-31" is no number/,
    ],
    [
      'decimal commas between commas',
      'a,y\n1,5,2,5\n',
      {},
      'E_CSV_FORMAT',
      /4 fields, and the first row has 2/,
    ],
    ['an unknown target', 'rooms,price\n1,2\n', { target: 'prize' }, 'E_CSV_TARGET', /no column "prize"/],
    ['no target', 'rooms,price\n1,2\n', { target: undefined }, 'E_CSV_TARGET', /to be predicted/],
    ['a target that is dropped', 'a,y\n1,2\n', { drop: 'y' }, 'E_CSV_TARGET', /is the target/],
    ['an unknown column', 'a,y\n1,2\n', { columns: 'aa' }, 'E_CSV_COLUMN', /columns: .* no column "aa"/],
    ['an unknown column to drop', 'a,y\n1,2\n', { drop: 'b' }, 'E_CSV_COLUMN', /drop: .* no column "b"/],
    ['no column left', 'a,y\n1,2\n', { drop: 'a' }, 'E_CSV_COLUMN', /left to predict from/],
    ['one column', 'y\n1\n2\n', {}, 'E_CSV_COLUMN', /has one column, "y"/],
    ['another delimiter', 'a,y\n1,2\n', { delimiter: ';' }, 'E_CSV_COLUMN', /has one column, "a,y"/],
    [
      'a column of names',
      `a,y\n${Array.from({ length: 300 }, (_, i) => `n${i}n,${i}`).join('\n')}`,
      {},
      'E_CSV_CATEGORY',
      /more than 256 different texts/,
    ],
    [
      'a target of names',
      `a,y\n${Array.from({ length: 300 }, (_, i) => `${i},n${i}n`).join('\n')}`,
      {},
      'E_CSV_TARGET',
      /more than 256 different values/,
    ],
  ])('%s', async (_, content, options, code, message) => {
    const path = await written(content);
    const error: unknown = await load({ data: path, target: 'y', ...options }).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toMatchObject({ name: 'BbbError', code, message: expect.stringMatching(message) });
    expect((error as Error).message).toContain(path);
    expect((error as { hint?: string }).hint).toBeTruthy();
  });

  it('suggests the nearest name', async () => {
    await expect(read('rooms,price\n1,2\n', { target: 'prize' })).rejects.toMatchObject({
      hint: 'Did you mean "price"? Its columns: rooms, price.',
    });
  });

  it.each([
    ['1,5', /decimal comma/],
    ['1,234.5', /thousands/],
    ["1'234", /thousands/],
    ['5%', /unit/],
    ['31.12.2024', /date/],
    ['kitchen', /categorical=a/],
  ])('reports what %s looks like', async (value, hint) => {
    await expect(read(`a;y\n7;1\n${value};2\n`, { target: 'y' })).rejects.toMatchObject({
      hint: expect.stringMatching(hint),
    });
  });

  it('refuses a missing file, an empty folder and a folder with many files', async () => {
    await expect(load({ data: join(folder, 'absent.csv'), target: 'y' })).rejects.toMatchObject({
      code: 'E_CSV_FILE',
    });
    const dir = join(folder, 'many');
    await mkdir(dir);
    await expect(load({ data: dir, target: 'y' })).rejects.toMatchObject({
      code: 'E_CSV_FILE',
      message: expect.stringMatching(/no CSV file/),
    });
    await writeFile(join(dir, 'a.csv'), HOUSES);
    expect((await load({ data: dir, target: 'price' })).train.count).toBe(3);
    await writeFile(join(dir, 'b.csv'), HOUSES);
    await expect(load({ data: dir, target: 'price' })).rejects.toMatchObject({
      message: expect.stringMatching(/2 tables: a\.csv, b\.csv/),
    });
    await expect(source.load(source.options.parse({}), {})).rejects.toMatchObject({ code: 'E_DATA_DIR' });
  });

  it('gives a coded error or a consistent table for any bytes', async () => {
    const pieces = fc.array(
      fc.constantFrom('a', '1', '2.5', ',', ';', '\n', '\r\n', '"', '""', ' ', 'NA', 'é', '\t', '-'),
      { maxLength: 60 },
    );
    await fc.assert(
      fc.asyncProperty(pieces, fc.constantFrom('1', 'a', '2'), async (content, target) => {
        const result = await read(content.join(''), { target }).catch((error: unknown) => error);
        if (result instanceof Error) expect((result as { code?: string }).code).toMatch(/^E_CSV_/);
        else {
          const { train, inputShape } = result as Dataset;
          expect(train.features.length).toBe(train.count * inputShape[0]!);
          expect(train.features.every(Number.isFinite)).toBe(true);
        }
      }),
      { numRuns: 300 },
    );
  });
});

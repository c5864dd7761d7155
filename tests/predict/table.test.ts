import { mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  createRegistry,
  decodeCheckpoint,
  openCheckpoint,
  predictWith,
  runTrial,
  startBackend,
  testExamples,
  type Dataset,
  type RegressionPrediction,
  type TableSpec,
  type Uncertainty,
} from '@bbb/core';
import builtIns from '@bbb/plugins';
import {
  loadPredictor,
  type Answer,
  type ClassAnswer,
  type NumberAnswer,
  type Predictor,
  type Row,
} from '@bbb/predict';
import { encodeModel } from '@bbb/predict/format';
import { storeNetwork } from '@bbb/predict/store';
import * as fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { parseJsonLines, parseTable } from '../../packages/cli/src/predict/text.js';
import { tinyTrial } from '../support/tiny-trial.js';
import { sharedFolder } from '../support/folders.js';

const registry = createRegistry([builtIns]);
const source = builtIns.datasets!['csv']!;
const folder = sharedFolder();
beforeAll(async () => {});

const TOWNS = ['Ulm', 'Aalen', 'Bad "Urach"', 'Bonn, am Rhein'];
const COLUMNS = ['id', 'area', 'town', 'year', 'floor', 'kind', 'price'] as const;
type Line = Readonly<Record<(typeof COLUMNS)[number], string>>;

/**
 * Flats, with words, a category of numbers, numbers that are not exact in float32, and missing values where the
 * model allows them.
 */
function flats(count: number, holes: boolean): Line[] {
  return Array.from({ length: count }, (_, i) => ({
    id: `flat ${i}`,
    area: String(25.1 + ((i * 37.3) % 110) / 3),
    town: holes && i % 11 === 3 ? 'NA' : TOWNS[(i * 5) % TOWNS.length]!,
    year: String(1990 + (i % 3)),
    floor: holes && i % 7 === 2 ? '' : String((i * 7) % 6),
    kind: i % 2 === 0 ? 'old' : 'new',
    price: String(100 + ((i * 53) % 87) / 7),
  }));
}

const quoted = (field: string): string => `"${field.replaceAll('"', '""')}"`;
function csvOf(lines: readonly Line[], columns: readonly (keyof Line)[], header = true): string {
  const rows = lines.map((line) => columns.map((column) => quoted(line[column])).join());
  return [...(header ? [columns.join()] : []), ...rows, ''].join('\n');
}

interface Opened {
  readonly predictor: Predictor;
  readonly table: TableSpec;
  /** The network's answers for its test rows, as `bbb evaluate` computes them. */
  readonly expected: RegressionPrediction | Uncertainty;
  readonly rows: readonly Line[];
  readonly dataset: Dataset;
}

async function trained(
  options: Readonly<Record<string, unknown>>,
  { holes }: { holes: boolean },
): Promise<Opened> {
  const lines = flats(90, holes);
  const dir = await mkdtemp(join(folder, 'flats-'));
  await writeFile(join(dir, 'train.csv'), csvOf(lines.slice(0, 60), COLUMNS));
  await writeFile(join(dir, 'test.csv'), csvOf(lines.slice(60), COLUMNS));
  const chosen = { data: dir, target: 'price', drop: 'id', categorical: 'year', ...options };
  const dataset = await source.load(source.options.parse(chosen), {});
  const trial = tinyTrial('regression', { use: 'bbb-gaussian', options: {} });
  const { scaling: _, ...data } = trial.data;
  const ops = await startBackend();
  const { checkpoint } = await runTrial({
    trial: { ...trial, data, select: 'last' },
    registry,
    dataset,
    ops,
  });
  const network = openCheckpoint(decodeCheckpoint(checkpoint), registry, ops);
  const way = { predict: 'samples', samples: 3 } as const;
  const examples = testExamples(dataset, network.data.preprocessing);
  const expected = predictWith({ ops, ...network }, network.params, examples, way, network.keys.evaluate);
  const { model, tensors } = storeNetwork({ ...network, ops }, { samples: 3 });
  network.dispose();
  const predictor = await loadPredictor(encodeModel(model, tensors));
  const { table } = network.data.preprocessing;
  return {
    predictor,
    table: table!,
    expected: expected as Opened['expected'],
    rows: lines.slice(60),
    dataset,
  };
}

function answersTo({ predictor }: Opened, text: string): Answer[] {
  const parse = text.startsWith('{') || text.startsWith('[') ? parseJsonLines : parseTable;
  const { rows } = parse(text, 'new.csv', predictor.model);
  return predictor.predictAll(rows.flatMap((row) => [...row]));
}

/** Compares bit for bit. */
function expectSame(answers: readonly Answer[], expected: Opened['expected']): void {
  if ('of' in expected) {
    const means = answers.map((answer) => (answer as NumberAnswer).mean);
    expect(means).toEqual(means.map((_, i) => meanOf(expected, i)));
  } else {
    const all = answers.flatMap((answer) => (answer as ClassAnswer).probabilities);
    expect(all).toEqual(Array.from(expected.probabilities));
  }
}

function meanOf(prediction: RegressionPrediction, i: number): number {
  const { means } = prediction.of(i);
  return Array.from(means).reduce((a, b) => a + b) / means.length;
}

describe('a network of a table with categories and missing values', () => {
  let flat: Opened;
  beforeAll(async () => {
    flat = await trained({ missing: 'median' }, { holes: true });
  });

  test('keeps its columns, and other content of the file', () => {
    expect(flat.table).toEqual({
      columns: [
        { name: 'area' },
        { name: 'town', categories: TOWNS.toSorted() },
        { name: 'year', categories: ['1990', '1991', '1992'] },
        { name: 'floor' },
        { name: 'kind', categories: ['new', 'old'] },
      ],
      target: 'price',
      dropped: ['id'],
    });
    expect(flat.predictor.model.table).toEqual(flat.table);
    expect(flat.dataset.inputShape).toEqual([11]);
  });

  test('gives the same bits for the same rows, in the unit of the target, and fills missing values as in training', () => {
    const answers = answersTo(flat, csvOf(flat.rows, COLUMNS));
    expectSame(answers, flat.expected);
    for (const answer of answers) expect((answer as NumberAnswer).mean).toBeGreaterThan(50);
    expect(parseTable(csvOf(flat.rows, COLUMNS), 'new.csv', flat.predictor.model).ignored).toEqual([
      'id (left out in training)',
      'price (the target)',
    ]);
  });

  test('finds columns by their names, in any order', () => {
    const order = fc.shuffledSubarray([...COLUMNS], { minLength: COLUMNS.length });
    fc.assert(
      fc.property(order, (columns) => expectSame(answersTo(flat, csvOf(flat.rows, columns)), flat.expected)),
      { numRuns: 20, seed: 3 },
    );
    const own = ['kind', 'floor', 'town', 'area', 'year'] as const;
    expectSame(answersTo(flat, csvOf(flat.rows, own)), flat.expected);
    expectSame(
      answersTo(
        flat,
        csvOf(flat.rows, own)
          .replaceAll('","', '";"')
          .replaceAll(/^(\w+),(.*)$/gm, (line) => line.replaceAll(',', ';')),
      ),
      flat.expected,
    );
  });

  test('takes rows without names in its own order, and JSON lines of lists and objects', () => {
    const own = ['area', 'town', 'year', 'floor', 'kind'] as const;
    expectSame(answersTo(flat, csvOf(flat.rows, own, false)), flat.expected);
    const cell = (name: keyof Line, value: string): unknown =>
      value === '' || value === 'NA' ? null : name === 'town' || name === 'kind' ? value : Number(value);
    const objects = flat.rows.map((line) =>
      JSON.stringify(Object.fromEntries(COLUMNS.toReversed().map((name) => [name, cell(name, line[name])]))),
    );
    expectSame(answersTo(flat, objects.join('\n')), flat.expected);
    const lists = flat.rows.map((line) => JSON.stringify(own.map((name) => cell(name, line[name]))));
    expectSame(answersTo(flat, lists.join('\n')), flat.expected);
    // Each row has one number for each input.
    const { features } = flat.dataset.test;
    const numbers = flat.rows.map((_, i) =>
      JSON.stringify(Array.from(features.slice(11 * i, 11 * i + 11), (x) => (Number.isNaN(x) ? null : x))),
    );
    expectSame(answersTo(flat, numbers.join('\n')), flat.expected);
    const { predictor } = flat;
    const { town, kind } = flat.rows[0]!;
    const named = predictor.encode({ town, kind, id: 'any', area: 30, floor: 2, year: 1991 });
    expect(named).toEqual(predictor.encode([30, town, '1991', 2, kind]));
    expect(predictor.predict(named).kind).toBe('real');
  });

  test.each([
    [
      'a category that training did not have',
      'town,area,year,floor,kind\nUlm,30,1990,1,old\nBern,30,1990,1,old\n',
      'new.csv, line 3, column "town": "Bern" is not a category of the model. Its categories: Aalen, Bad "Urach", Bonn, am Rhein, Ulm.',
    ],
    [
      'a missing column',
      'town,aera,year,floor,kind\nUlm,30,1990,1,old\n',
      'new.csv has no column "area", which the model needs.',
    ],
    [
      'names without rows',
      'town,area,year,floor,kind\n',
      'new.csv has no examples: its only line is read as the names of columns.',
    ],
    ['a column twice', 'town,town,area,year,floor,kind\n', 'new.csv has two columns called "town".'],
    [
      'text in a number, after a field with a line break',
      'id,town,area,year,floor,kind\n"a\nb",Ulm,30,1990,1,old\nc,Ulm,30 m,1990,1,old\n',
      'new.csv, line 4, column "area": "30 m" is not a number.',
    ],
    [
      'a number that float32 does not hold',
      'town,area,year,floor,kind\nUlm,1e39,1990,1,old\n',
      'new.csv, line 2, column "area": 1e+39 is not a finite float32 number.',
    ],
    [
      'rows of another length',
      'town,area,year,floor,kind\nUlm,30,1990,1\n',
      'new.csv, line 2 has 4 fields, and the first row has 5.',
    ],
    [
      'another length, without names',
      '30,Ulm,1990,1\n',
      'new.csv, line 1 has 4 values; an example of this model has 5.',
    ],
    [
      'a word, without names',
      '30,Bern,1990,1,old\n',
      'new.csv, line 1, column "town": "Bern" is not a category',
    ],
    [
      'JSON without a column',
      '{"town": "Ulm", "area": 3, "year": 1990, "kind": "old"}',
      'new.csv, line 1 has no column "floor"',
    ],
    [
      'JSON with another category',
      '{"town": "Ulm", "area": 3, "year": 1890, "kind": "old", "floor": 1}',
      'new.csv, line 1, column "year": 1890 is not a category',
    ],
    [
      'a line of JSON that is not a row',
      '{"town": ["Ulm"], "area": 3, "year": 1990, "kind": "old", "floor": 1}',
      'new.csv, line 1: expected a row.',
    ],
  ])('refuses %s with its place', (_, text, message) => {
    expect(() => answersTo(flat, text)).toThrow(
      expect.objectContaining({ code: 'E_INPUT', message: expect.stringContaining(message) }),
    );
  });

  test('refuses what a request may hold in place of a row or a value, with a code', () => {
    const { encode } = flat.predictor;
    const good = { town: 'Ulm', kind: 'old', area: 30, floor: 2, year: 1991 };
    const refused = (row: unknown, message: string): void =>
      expect(() => encode(row as Row)).toThrow(
        expect.objectContaining({ code: 'E_INPUT', message: expect.stringContaining(message) }),
      );
    for (const row of [null, undefined, 5, 'Ulm', Symbol('row')])
      refused(row, 'not the values of an example');
    for (const value of [{ toString: '' }, ['Ulm'], 7n, Symbol('Ulm')]) {
      refused({ ...good, town: value }, 'column "town": the value is');
      refused({ ...good, area: value }, 'column "area": the value is');
    }
    refused({ ...good, area: true }, 'column "area": "true" is not a number.');
    refused({ length: { toString: '' } }, 'has no column "area"');
  });

  test('suggests the nearest name', () => {
    expect(() => answersTo(flat, 'town,area,year,floor,kind\nulm,30,1990,1,old\n')).toThrow(
      expect.objectContaining({ hint: expect.stringContaining('Did you mean "Ulm"?') }),
    );
    expect(() => answersTo(flat, 'town,aera,year,floor,kind\n')).toThrow(
      expect.objectContaining({ hint: expect.stringContaining('Did you mean "aera"?') }),
    );
  });
});

test('a network of a table without missing values refuses them with their place', async () => {
  const flat = await trained({ targetKind: 'class', target: 'kind', drop: 'id,price' }, { holes: false });
  expect(flat.table.target).toBe('kind');
  expectSame(answersTo(flat, csvOf(flat.rows, COLUMNS)), flat.expected);
  for (const hole of ['', 'n/a', '?'])
    expect(() => answersTo(flat, `floor,area,town,year\n1,30,${hole},1990\n`)).toThrow(
      'new.csv, line 2, column "town": the value is missing.',
    );
  expect(() => flat.predictor.encode({ area: 30, town: undefined, year: 1990, floor: 1 })).toThrow(
    'The row, column "town": the value is missing.',
  );
});

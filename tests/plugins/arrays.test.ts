import { createHash } from 'node:crypto';
import { BbbError, createRegistry, resultSchema, rootKey, runTrial, splitData, type Trial } from '@bbb/core';
import { referenceOps } from '@bbb/kernels';
import builtIns, { defineArrays, type ArraysSpec } from '@bbb/plugins';
import { parseSweepConfig, planSweep } from '@bbb/sweep';
import { describe, expect, it } from 'vitest';

const X = [
  [1, 2],
  [3, 4],
  [5, 6],
  [7, 8.5],
];

const defined = (spec: Partial<ArraysSpec>) => defineArrays({ name: 'mine', x: X, y: [0, 1, 1, 0], ...spec });

describe('arrays in memory', () => {
  it('become features and targets in shared memory, under the name of the caller', () => {
    const { dataset } = defined({ test: { x: [[0, 0.5]], y: [1] } });
    expect(dataset.name).toBe('mine');
    expect(dataset.inputShape).toEqual([2]);
    expect(dataset.target).toEqual({ kind: 'class', classes: 2 });
    expect([...dataset.train.features]).toEqual(X.flat());
    expect([...dataset.train.targets]).toEqual([0, 1, 1, 0]);
    expect([...dataset.test.features]).toEqual([0, 0.5]);
    expect(dataset.train.features.buffer).toBeInstanceOf(SharedArrayBuffer);
    const bytes = Float32Array.from(X.flat());
    expect(dataset.sha256['train-features']).toBe(
      createHash('sha256').update(new Uint8Array(bytes.buffer)).digest('hex'),
    );
  });

  it.each<[string, Partial<ArraysSpec>, object]>([
    ['names', { y: ['b', 'a', 'a', 'b'] }, { kind: 'class', classes: 2, names: ['a', 'b'] }],
    ['fractions', { y: [0.5, 1, 2, 3] }, { kind: 'real' }],
    ['whole numbers with gaps', { y: [10, 20, 10, 0] }, { kind: 'real' }],
    ['floats', { y: Float32Array.of(0, 1, 1, 0) }, { kind: 'real' }],
    [
      'a number of classes from the caller',
      { y: [0, 3, 3, 0], target: { kind: 'class', classes: 5 } },
      { kind: 'class', classes: 5 },
    ],
    [
      'numbers that the caller calls real',
      { target: { kind: 'real', unit: 'EUR' } },
      { kind: 'real', unit: 'EUR' },
    ],
  ])('have targets of the right kind: %s', (_, spec, target) => {
    expect(defined(spec).dataset.target).toEqual(target);
  });

  it('keep bytes, flat or nested, and get the given shape', () => {
    const flat = defined({ x: Uint8Array.from({ length: 16 }, (_, i) => i), inputShape: [2, 2, 1] }).dataset;
    expect(flat.inputShape).toEqual([2, 2, 1]);
    expect(flat.train.features).toBeInstanceOf(Uint8Array);
    const nested = defined({
      x: [0, 1, 2, 3].map((i) => Uint8Array.of(i, i, i, i)),
      inputShape: [2, 2, 1],
    }).dataset;
    expect(nested.train.features).toBeInstanceOf(Uint8Array);
    const images = defined({ x: X.map((row) => [[row[0]!], [row[1]!]]) }).dataset;
    expect(images.inputShape).toEqual([2, 1]);
    expect(defined({ x: [1, 2, 3, 5] }).dataset.inputShape).toEqual([1]);
  });

  it('may have missing values if the caller says how to fill them, and names of columns', () => {
    const holes = [
      [1, null],
      [Number.NaN, 4],
      [5, 6],
      [9, 8],
    ];
    const spec = {
      x: holes,
      missing: 'mean',
      columns: ['a', 'b'],
      test: { x: [[Number.NaN, 1]], y: [1] },
    } as const;
    const { dataset } = defined(spec);
    expect([...dataset.train.features]).toEqual([1, NaN, NaN, 4, 5, 6, 9, 8]);
    expect(dataset.missing).toEqual({ fill: 'mean' });
    expect(dataset.table).toEqual({ columns: [{ name: 'a' }, { name: 'b' }] });
    const options = { use: 'mine', options: {}, validation: 0, divisor: 1 };
    const { preprocessing } = splitData(dataset, options, rootKey(0)).train;
    expect(preprocessing.input.fill).toEqual([5, 6]);
    expect(preprocessing.table).toEqual(dataset.table);
    const flat = defined({ x: Float32Array.from(holes.flat(), (x) => x ?? NaN), missing: 'median' }).dataset;
    expect(flat.train.features).toEqual(dataset.train.features);
    expect(() => defined({ ...spec, x: [...holes.slice(1), [1, '2']] as never })).toThrow(/row 3, column 1/);
    expect(() => defined({ ...spec, columns: ['a'] })).toThrow(/columns of 1 inputs, but examples of 2/);
  });

  it.each<[string, Partial<ArraysSpec>, string, RegExp]>([
    ['no name', { name: ' ' }, 'E_DATA_NAME', /needs a name/],
    [
      'ragged rows',
      { x: [[1, 2], [3]] as never, y: [0, 1] },
      'E_DATA_SHAPE',
      /x: row 1 has 1 numbers, and row 0 has 2/,
    ],
    [
      'a row that is a number',
      { x: [[1, 2], 3] as never, y: [0, 1] },
      'E_DATA_SHAPE',
      /x: row 1 has no numbers/,
    ],
    [
      'rows of different lengths at the second level',
      {
        x: [
          [[1], [2]],
          [[3], [4, 5]],
        ],
        y: [0, 1],
      },
      'E_DATA_SHAPE',
      /row 1, column 1 has 2 numbers/,
    ],
    ['empty rows', { x: [[], []], y: [0, 1] }, 'E_DATA_SHAPE', /row 0 is empty/],
    [
      'more targets than examples',
      { y: [0, 1, 1, 0, 1] },
      'E_DATA_SHAPE',
      /x has 4 examples, and y has 5 targets/,
    ],
    [
      'a test set of another width',
      { test: { x: [[1, 2, 3]], y: [0] } },
      'E_DATA_SHAPE',
      /test\.x have the shape 3, and inputShape is 2/,
    ],
    ['a flat array without a shape', { x: new Float32Array(7) }, 'E_DATA_SHAPE', /does not say the shape/],
    [
      'a flat array of another shape',
      { x: new Float32Array(7), inputShape: [2] },
      'E_DATA_SHAPE',
      /7 numbers: no multiple of 2/,
    ],
    ['an object', { x: { rows: 3 } as never }, 'E_DATA_SHAPE', /x is no array/],
    [
      'text among numbers',
      {
        x: [
          [1, 2],
          [3, '4'],
        ] as never,
        y: [0, 1],
      },
      'E_DATA_VALUE',
      /x: row 1, column 1 is the text "4"/,
    ],
    [
      'NaN',
      {
        x: [
          [1, 2],
          [Number.NaN, 4],
        ],
        y: [0, 1],
      },
      'E_DATA_VALUE',
      /x: row 1, column 0 is NaN/,
    ],
    [
      'a hole',
      {
        x: [
          [1, 2],
          [1, undefined],
        ] as never,
        y: [0, 1],
      },
      'E_DATA_VALUE',
      /row 1, column 1 is undefined/,
    ],
    [
      'beyond float32',
      { x: Float64Array.of(1, 1e39), y: [0, 1] },
      'E_DATA_VALUE',
      /row 1, column 0 is 1e\+39/,
    ],
    ['a target that is infinite', { y: [0.5, Infinity, 1, 2] }, 'E_DATA_VALUE', /y: row 1 is Infinity/],
    [
      'a class above the last one',
      { target: { kind: 'class', classes: 2 }, y: [0, 1, 2, 0] },
      'E_DATA_TARGET',
      /y: row 2 is 2, none of the 2 classes \(0 to 1\)/,
    ],
    [
      'an unknown name',
      { y: ['a', 'b', 'a', 'b'], test: { x: [[1, 2]], y: ['c'] } },
      'E_DATA_TARGET',
      /test\.y: row 0 is "c", none of the 2 classes \(a, b\)/,
    ],
    [
      'too many classes',
      { x: Array.from({ length: 300 }, (_, i) => [i]), y: Array.from({ length: 300 }, (_, i) => `n${i}`) },
      'E_DATA_TARGET',
      /300 classes; 256/,
    ],
  ])('are refused with their place: %s', (_, spec, code, message) => {
    const error = (() => {
      try {
        return defined(spec);
      } catch (thrown) {
        return thrown;
      }
    })();
    expect(error).toBeInstanceOf(BbbError);
    expect(error).toMatchObject({ code, message: expect.stringMatching(message) });
    expect((error as BbbError).hint).toBeTruthy();
  });

  it('can be used in training through the registry, by their name', async () => {
    const many = Array.from({ length: 40 }, (_, i) => [i % 7, (i * 3) % 5]);
    const { dataset, plugin } = defineArrays({
      name: 'sums',
      x: many.slice(0, 30),
      y: many.slice(0, 30).map(([a, b]) => 100 * a! + 50 * b!),
      test: { x: many.slice(30), y: many.slice(30).map(([a, b]) => 100 * a! + 50 * b!) },
    });
    const registry = createRegistry([builtIns, plugin]);
    const config = parseSweepConfig({
      dataset: { use: 'sums' },
      validation: 0,
      divisor: 7,
      hidden: [[8]],
      methods: [{ use: 'sgd' }],
      training: { epochs: 30, batchSize: 10, optimizer: { kind: 'adam', learningRate: 0.02 } },
    });
    const trial: Trial = planSweep(config, registry).trials[0]!.trial;
    const { result } = await runTrial({ trial, registry, dataset, ops: referenceOps() });
    // The metrics are in the unit of the target, and the result is stored like any other.
    expect(resultSchema.safeParse(result).error).toBeUndefined();
    expect(result.baseline).toBeGreaterThan(100);
    expect(result.headline?.metric).toBe('rmse');
    expect(result.pruning[0]!.evaluations[0]!.metrics['rmse']!).toBeLessThan(result.baseline! / 2);
  });
});

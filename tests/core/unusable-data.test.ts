import {
  checkData,
  checkOutside,
  imageDataset,
  faintInputs,
  oddities,
  outsideOddities,
  sharedExamples,
  summarise,
  type DataOptions,
  type DataPart,
  type Dataset,
  type ImageSet,
} from '@bbb/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const SIDE = 3;
const PIXELS = SIDE * SIDE;
const OPTIONS: DataOptions = { use: 'made', options: {}, divisor: 255, validation: 0 };

interface Made {
  readonly count?: number;
  readonly label?: (i: number) => number;
  readonly pixel?: (i: number) => number;
}

function part({ count = 12, label = (i) => i % 3, pixel = (i) => i % 251 }: Made): ImageSet['train'] {
  const images = Uint8Array.from({ length: count * PIXELS }, (_, i) => pixel(i));
  return { count, images, labels: Uint8Array.from({ length: count }, (_, i) => label(i)) };
}

function made(train: Made, test: Made = {}, name = 'made'): Dataset {
  const whole = { train: part(train), test: part(test) };
  const labels = [...whole.train.labels, ...whole.test.labels];
  return imageDataset({
    name,
    rows: SIDE,
    cols: SIDE,
    classes: Math.max(...labels) + 1,
    ...whole,
    sha256: { 'train-images': name, 'train-labels': name, 't10k-images': name, 't10k-labels': name },
    source: 'memory',
  });
}

const testPixel = (i: number): number => (i * 7 + 3) % 253;

describe('a data set that no trial can use', () => {
  it.each([
    ['no training images', made({ count: 0 }), 'E_DATA_EMPTY', 'has no training examples'],
    ['no test images', made({}, { count: 0 }), 'E_DATA_EMPTY', 'has no test examples'],
    [
      'one class',
      made({ label: () => 0 }),
      'E_DATA_CLASSES',
      'All 12 training examples of made are of class 0',
    ],
    ['one class that is not the first', made({ label: () => 5 }), 'E_DATA_CLASSES', 'are of class 5'],
    [
      'one pixel value',
      made({ pixel: () => 7 }),
      'E_DATA_PIXELS',
      'All features of the 12 training examples of made are 7',
    ],
    ['black images', made({ pixel: () => 0 }), 'E_DATA_PIXELS', 'are 0'],
  ])('has %s', (_, dataset, code, message) => {
    expect(() => checkData(dataset, OPTIONS)).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(message) as string }),
    );
  });
});

describe('the checks of a data set', () => {
  it.each([
    ['empty classes', made({ label: (i) => 1 + 2 * (i % 2) }), 'classes 0, 2 without training examples'],
    ['a class that is only tested', made({}, { label: () => 4 }), 'classes 3, 4 without training examples'],
    ['test images of one value', made({}, { pixel: () => 9 }), 'all features of the test examples are 9'],
  ])('for %s is told with its counts and its features', (_, dataset, what) => {
    expect(() => checkData(dataset, OPTIONS)).not.toThrow();
    const text = oddities(summarise(dataset)).join(' ');
    expect(text).toContain(what);
    const { train, test } = summarise(dataset);
    for (const { examples, byClass, features } of [train, test]) {
      const counts = byClass!.map((count, index) => `${index}: ${count}`).join(', ');
      const [low, high] = features!;
      expect(text).toContain(`${examples} examples (class ${counts}), features ${low} to ${high}.`);
    }
  });

  it('warn of the same examples on both sides of a split, and of copies that the seed may put there', () => {
    const set = made({}, { pixel: testPixel });
    const copied = (part: DataPart): DataPart => {
      const features = Uint8Array.from(part.features);
      features.copyWithin(PIXELS, 0, PIXELS);
      return { ...part, features, targets: part.targets.slice().fill(part.targets[0]!, 1, 2) };
    };
    expect(oddities(summarise(set))).toEqual([]);
    expect(oddities(summarise({ ...set, train: copied(set.train) }))).toEqual([]);
    const none = { features: new Uint8Array(), targets: new Uint8Array(), count: 0 };
    expect(oddities(summarise({ ...set, train: copied(set.train), test: none }))[0]).toContain(
      '1 of 12 examples is a copy of another',
    );
    const leaked = { ...set.test, features: set.test.features.slice(), targets: set.test.targets.slice() };
    leaked.features.set(set.train.features.subarray(0, PIXELS));
    leaked.targets[0] = set.train.targets[0]!;
    expect(oddities(summarise({ ...set, test: leaked }))[0]).toContain(
      `1 of ${leaked.count} test examples are training examples too`,
    );
    // Equal features with another target are not a copy.
    leaked.targets[0] = (set.train.targets[0]! + 1) % 3;
    expect(oddities(summarise({ ...set, test: leaked }))).toEqual([]);
  });

  it('warn of features that are nearly 0 after division', () => {
    const binary = summarise(made({ pixel: (i) => i % 2 }, {}));
    expect(faintInputs(binary, { ...OPTIONS, divisor: 255 })).toEqual([
      'Features of made reach 1, and are divided by 255: the inputs would be close to 0. Choose --divisor 1.',
    ]);
    expect(faintInputs(binary, { ...OPTIONS, divisor: 1 })).toEqual([]);
    expect(faintInputs(binary, { ...OPTIONS, divisor: 255, scaling: 'standardise' })).toEqual([]);
    const grey = summarise(made({ pixel: (i) => (i * 7) % 253 }, {}));
    expect(faintInputs(grey, { ...OPTIONS, divisor: 255 })).toEqual([]);
  });

  it('say how its labels were read when they refuse it', () => {
    const dataset = { ...made({ label: () => 0 }), notes: ['made: labels 3 became classes 0 to 0.'] };
    expect(() => checkData(dataset, OPTIONS)).toThrow(
      expect.objectContaining({ hint: expect.stringMatching(/^made: labels 3 became/) as string }),
    );
  });

  it('do not warn of images of every class', () => {
    expect(oddities(summarise(made({}, { pixel: testPixel })))).toEqual([]);
    expect(outsideOddities(summarise(made({}, { label: () => 0, pixel: testPixel })))).toEqual([]);
    expect(outsideOddities(summarise(made({}, { pixel: () => 9 })))).toHaveLength(1);
  });

  it('count its examples, classes and features', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(4), fc.nat(255)), { minLength: 1, maxLength: 20 }), (images) => {
        const own: Made = {
          count: images.length,
          label: (i) => images[i]![0],
          pixel: (i) => images[Math.floor(i / PIXELS)]![1],
        };
        const { train, target } = summarise(made(own, { label: () => 4 }));
        expect(target).toEqual({ kind: 'class', classes: 5 });
        expect(train.examples).toBe(images.length);
        for (const [index, count] of train.byClass!.entries())
          expect(count).toBe(images.filter(([label]) => label === index).length);
        const values = images.map(([, value]) => value);
        expect(train.features).toEqual([Math.min(...values), Math.max(...values)]);
      }),
    );
  });
});

describe('an out-of-distribution set', () => {
  const main = made({}, { pixel: testPixel });
  const images = (source: DataPart, order: readonly number[]): DataPart => ({
    count: order.length,
    features: Uint8Array.from(
      order.flatMap((i) => [...source.features.subarray(i * PIXELS, (i + 1) * PIXELS)]),
    ),
    targets: Uint8Array.from(order, () => 2),
  });
  const orders = fc.array(fc.nat(11), { minLength: 1, maxLength: 30 });

  it('that is the test set, or training images, is refused: under any name, in any order, with any labels', () => {
    fc.assert(
      fc.property(orders, fc.constantFrom('test' as const, 'train' as const), (order, from) => {
        const outside = {
          ...main,
          name: 'other',
          sha256: {},
          test: images(main[from], order),
        };
        const words = from === 'test' ? 'test examples' : 'training examples';
        expect(() => checkData(main, OPTIONS, outside)).toThrow(
          expect.objectContaining({ code: 'E_DATA_SAME', message: expect.stringContaining(words) as string }),
        );
      }),
    );
  });

  it('that shares some images with the main set gives a warning with their number', () => {
    const test = images(main.test, [0, 1, 1, 2]);
    // No image of the main set has this value.
    test.features[0] = 255;
    const other = { ...main, name: 'other', test };
    expect(() => checkData(main, OPTIONS, other)).not.toThrow();
    expect(sharedExamples(main, other)).toEqual([
      'Of the 4 test examples of the out-of-distribution set other, 3 are test examples of made.',
    ]);
    const both = { ...main, train: images(main.test, [2]) };
    expect(sharedExamples(both, other)[0]).toContain(
      '3 are test examples and 1 are training examples of made',
    );
    test.features.fill(255);
    expect(sharedExamples(main, other)).toEqual([]);
  });

  it('that holds the whole test set, and others besides, is refused', () => {
    fc.assert(
      fc.property(orders, (order) => {
        const test = images(main.test, [...order, ...Array.from({ length: main.test.count }, (_, i) => i)]);
        // No image of the main set has this value.
        test.features[0] = 255;
        expect(() => checkOutside(main, { ...main, name: 'other', test })).toThrow(
          expect.objectContaining({
            code: 'E_DATA_SAME',
            message: expect.stringContaining('holds all test examples') as string,
          }),
        );
      }),
    );
  });

  it('may share images with the main set, if each set has one that the other lacks', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(10), { minLength: 1, maxLength: 30 }), fc.nat(), (order, at) => {
        const test = images(main.test, order);
        // No image of the main set has this value.
        test.features[at % test.features.length] = 255;
        expect(() => checkOutside(main, { ...main, name: 'other', test })).not.toThrow();
      }),
    );
  });

  it('without test examples is refused', () => {
    expect(() => checkData(main, OPTIONS, made({}, { count: 0 }, 'other'))).toThrow(
      expect.objectContaining({ code: 'E_DATA_EMPTY' }),
    );
  });
});

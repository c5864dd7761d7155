import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { zipSync, type Zippable } from 'fflate';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DataError, loadArrays, loadDataset, type ArraySet } from 'mnist-data-loader';
import { bytes, failure, idx, smallSet, writeSet, type Files } from '../support/idx-files.js';
import { temporaryFolder } from '../support/folders.js';

/** A `.npy` file, written from the description of the format. */
function npy(descr: string, shape: readonly number[], data: Uint8Array): Uint8Array {
  const sizes = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const text = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${sizes}), }\n`;
  const length = Buffer.alloc(2);
  length.writeUInt16LE(text.length);
  const magic = Buffer.from('\x93NUMPY\x01\x00', 'latin1');
  return Uint8Array.from(Buffer.concat([magic, length, Buffer.from(text), data]));
}

const u1 = (shape: readonly number[], data: Uint8Array): Uint8Array => npy('|u1', shape, data);
const f4 = (shape: readonly number[], values: readonly number[]): Uint8Array =>
  npy('<f4', shape, new Uint8Array(Float32Array.from(values).buffer));

/** A float32 IDX file: big-endian. */
function floatIdx(shape: readonly number[], values: readonly number[]): Buffer {
  const data = Buffer.alloc(4 * values.length);
  values.forEach((value, i) => data.writeFloatBE(value, 4 * i));
  return idx(shape, data, 0x0d);
}

async function archive(members: Zippable, name = 'set.npz'): Promise<string> {
  const path = join(temporaryFolder(), name);
  await writeFile(path, zipSync(members));
  return path;
}

const load = (path: string, options: object = {}): Promise<ArraySet> =>
  loadArrays(path, { name: 'own', ...options });

const folder = async (files: Partial<Files>): Promise<string> =>
  writeSet(join(temporaryFolder(), 'data'), { ...smallSet(), ...files });

describe('arrays of any shape', () => {
  it('of grey bytes give the same as images of MNIST', async () => {
    const dir = await folder({});
    const { train, test, sha256, source, rows, cols } = await loadDataset({ dir, name: 'own' });
    expect(await load(dir)).toEqual({
      name: 'own',
      shape: [rows, cols, 1],
      classes: { count: 10 },
      train: { features: train.images, targets: train.labels, count: 30 },
      test: { features: test.images, targets: test.labels, count: 12 },
      sha256,
      source,
    });
  });

  it.each<[string, readonly number[], readonly number[]]>([
    ['colour', [5, 4, 3], [5, 4, 3]],
    ['one channel', [5, 4, 1], [5, 4, 1]],
    ['two channels', [5, 4, 2], [5, 4, 2]],
    ['no channels', [5, 4], [5, 4, 1]],
    ['square rows', [25], [5, 5, 1]],
    ['one number', [], [1]],
  ])('of bytes: %s', async (_, own, shape) => {
    const size = own.reduce((product, each) => product * each, 1);
    const part = (count: number, seed: number): Uint8Array => bytes(count * size, seed);
    const dir = await folder({
      'train-images': idx([30, ...own], part(30, 1)),
      't10k-images': idx([12, ...own], part(12, 2)),
    });
    const set = await load(dir);
    expect(set.shape).toEqual(shape);
    expect(set.train.features).toEqual(part(30, 1));
    expect(set.test.features).toEqual(part(12, 2));
    expect(set.train.features.buffer).toBeInstanceOf(SharedArrayBuffer);
  });

  it('with channels first become channels last', async () => {
    const values = (count: number): number[] => Array.from({ length: count * 75 }, (_, i) => i % 256);
    const dir = await folder({
      'train-images': idx([30, 3, 5, 5], Uint8Array.from(values(30))),
      't10k-images': idx([12, 3, 5, 5], Uint8Array.from(values(12))),
    });
    const { shape, train, notes } = await load(dir);
    expect(shape).toEqual([5, 5, 3]);
    expect([...train.features.subarray(75, 81)]).toEqual([75, 100, 125, 76, 101, 126]);
    expect(notes?.[0]).toMatch(/channels first: read as images of 5 x 5 x 3/);
  });

  it('of floats stay floats, and targets with fractions are real', async () => {
    const values = Array.from({ length: 60 }, (_, i) => i / 7 - 3);
    const dir = await folder({
      'train-images': floatIdx([30, 2], values),
      't10k-images': floatIdx([12, 2], values.slice(0, 24)),
      'train-labels': floatIdx([30], values.slice(0, 30)),
      't10k-labels': floatIdx([12], values.slice(0, 12)),
    });
    const set = await load(dir);
    expect(set.shape).toEqual([2]);
    expect(set.classes).toBeUndefined();
    expect(set.train.features).toEqual(Float32Array.from(values));
    expect(set.train.targets).toEqual(Float32Array.from(values.slice(0, 30)));
    expect(set.test.targets.buffer).toBeInstanceOf(SharedArrayBuffer);
    expect(set.notes?.join()).toMatch(/real numbers/);
    expect((await failure(load(dir, { kind: 'class' }))).code).toBe('E_DATA_LABEL');
  });

  it('with whole labels are real on request', async () => {
    const set = await load(await folder({}), { kind: 'real' });
    expect(set.classes).toBeUndefined();
    expect(set.train.targets).toBeInstanceOf(Float32Array);
  });

  it.each([NaN, Infinity, 1e39])('with %s among the numbers are refused with its place', async (value) => {
    const values = Array.from({ length: 30 * 6 }, (_, i) => i / 7);
    values[6 * 4 + 5] = value;
    const path = await archive({
      'x.npy': npy('<f8', [30, 2, 3], new Uint8Array(Float64Array.from(values).buffer)),
      'y.npy': u1(
        [30],
        Uint8Array.from({ length: 30 }, (_, i) => i % 2),
      ),
    });
    const error = await failure(load(path));
    expect(error).toMatchObject({ code: 'E_DATA_PIXEL' });
    expect(error.message).toContain(`${path}: x has ${value} at [4, 1, 2]`);
  });
});

describe('an archive of NumPy', () => {
  const x = bytes(30 * 20, 1);
  const y = Uint8Array.from({ length: 30 }, (_, i) => i % 3);
  const keras: Zippable = {
    'x_train.npy': u1([30, 5, 4], x),
    'y_train.npy': u1([30], y),
    'x_test.npy': [u1([3, 5, 4], x.slice(0, 60)), { level: 0 }],
    'y_test.npy': u1([3], y.slice(0, 3)),
  };

  it.each<[string, Zippable]>([
    ['Keras', keras],
    [
      'MedMNIST',
      {
        'train_images.npy': keras['x_train.npy']!,
        'train_labels.npy': u1([30, 1], y),
        'test_images.npy': keras['x_test.npy']!,
        'test_labels.npy': u1([3, 1], y.slice(0, 3)),
        'val_images.npy': u1([1], Uint8Array.of(1)),
      },
    ],
  ])('as %s writes it', async (_, members) => {
    const path = await archive(members);
    const set = await load(path);
    expect(set).toMatchObject({ shape: [5, 4, 1], classes: { count: 3 }, source: path });
    expect(set.train).toEqual({ features: x, targets: y, count: 30 });
    expect(set.test).toEqual({ features: x.slice(0, 60), targets: y.slice(0, 3), count: 3 });
    // If a folder has only one archive, the archive may have the name of the folder.
    expect(await load(join(path, '..'))).toEqual(set);
  });

  it('gives the same set as IDX files of the same arrays', async () => {
    const dir = await writeSet(join(temporaryFolder(), 'data'), {
      'train-images': idx([30, 5, 4], x),
      'train-labels': idx([30], y),
      't10k-images': idx([3, 5, 4], x.slice(0, 60)),
      't10k-labels': idx([3], y.slice(0, 3)),
    });
    const { source: _, ...rest } = await load(dir);
    expect(await load(await archive(keras))).toMatchObject(rest);
  });

  it('of one pair has no test examples', async () => {
    const set = await load(
      await archive({ 'X.npy': f4([4, 2], [1, 2, 3, 4, 5, 6, 7, 8]), 'y.npy': f4([4], [0.5, 1, 2, 3]) }),
    );
    expect(set.train.targets).toEqual(Float32Array.of(0.5, 1, 2, 3));
    expect([set.test.count, set.test.features.length, set.test.targets.length]).toEqual([0, 0, 0]);
  });

  it('under the name of a published set must be that set', async () => {
    const path = await archive(keras, 'mnist.npz');
    expect((await failure(loadArrays(path, { name: 'mnist' }))).code).toBe('E_DATA_HASH');
  });

  it.each<[string, Zippable, string, RegExp]>([
    ['without labels', { 'x_train.npy': u1([1], x.slice(0, 1)) }, 'E_DATA_NPZ', /no array y_train/],
    ['without images', { 'a.npy': u1([1], x.slice(0, 1)) }, 'E_DATA_NPZ', /no array x_train.* It has a\./],
    [
      'with half a test set',
      { 'x.npy': f4([1], [1]), 'y.npy': f4([1], [1]), 'x_test.npy': f4([1], [1]) },
      'E_DATA_NPZ',
      /y_test/,
    ],
    [
      'of objects',
      { 'x.npy': npy('|O', [1], x.slice(0, 8)), 'y.npy': f4([1], [1]) },
      'E_DATA_NPY',
      /: x holds .*O/,
    ],
    [
      'of other counts',
      { 'x.npy': f4([2], [1, 2]), 'y.npy': f4([1], [1]) },
      'E_DATA_COUNT',
      /2 examples.* 1 labels/,
    ],
    [
      'of other shapes',
      { ...keras, 'x_test.npy': u1([3, 4, 5], x.slice(0, 60)) },
      'E_DATA_SHAPE',
      /5 x 4 x 1.* 4 x 5 x 1/,
    ],
  ])('%s is refused', async (_, members, code, says) => {
    const error = await failure(load(await archive(members)));
    expect(error).toMatchObject({ code, hint: expect.any(String) });
    expect(error.message).toMatch(says);
  });

  it('with one bit of an array changed is refused', async () => {
    for (const level of [0, 6] as const) {
      const whole = zipSync(keras, { level });
      const path = join(temporaryFolder(), 'x.npz');
      const at = Buffer.from(whole).indexOf('x_train.npy') + 200;
      whole[at]! ^= 1;
      await writeFile(path, whole);
      expect(await failure(load(path))).toMatchObject({ code: 'E_DATA_NPZ' });
    }
  });

  it("allocates no memory for a size that its compressed bytes can't have", async () => {
    const whole = zipSync(keras);
    const entry = Buffer.from(whole).indexOf('PK\u0001\u0002', 0, 'latin1');
    new DataView(whole.buffer, whole.byteOffset).setUint32(entry + 24, 3 << 24, true);
    const path = join(temporaryFolder(), 'x.npz');
    await writeFile(path, whole);
    const before = process.memoryUsage().arrayBuffers;
    expect(await failure(load(path))).toMatchObject({
      code: 'E_DATA_NPZ',
      message: expect.stringContaining('has 50331648 bytes; the limit is') as string,
    });
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(10_000_000);
  });

  it('gives data or a coded error for any bytes', async () => {
    const whole = zipSync(keras);
    const path = join(temporaryFolder(), 'x.npz');
    const edits = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(edits, fc.option(fc.nat(whole.length)), async (changes, cut) => {
        const copy = whole.slice(0, cut ?? whole.length);
        for (const [at, value] of changes) if (at >= 4) copy[at] = value;
        await writeFile(path, copy);
        const before = process.memoryUsage().arrayBuffers;
        const outcome: unknown = await load(path).catch((error: unknown) => error);
        if (outcome instanceof Error) expect(outcome).toBeInstanceOf(DataError);
        expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(50_000_000);
      }),
      { numRuns: 300 },
    );
  });
});

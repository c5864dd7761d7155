import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import {
  describeData,
  loadDataset,
  loadFolder,
  type Dataset,
  type FileRole,
  type FolderOptions,
  type KnownSet,
} from 'mnist-data-loader';
import {
  bytes,
  failure,
  fileName,
  idx,
  published,
  smallSet,
  writeSet,
  type Files,
} from '../support/idx-files.js';
import { temporaryFolder } from '../support/folders.js';

const load = async (files: Partial<Files>, options: Partial<FolderOptions> = {}): Promise<Dataset> =>
  loadFolder(await writeSet(temporaryFolder(), { ...smallSet(), ...files }), {
    name: 'own',
    ...options,
  });
const plain = (labels: Uint8Array): number[] => [...labels];
/** Element types by their code, each with a function that writes a value. */
const TYPES: readonly [
  type: string,
  code: number,
  size: number,
  write: (into: Buffer, value: number, at: number) => void,
][] = [
  ['int16', 0x0b, 2, (into, value, at) => into.writeInt16BE(value, at)],
  ['int32', 0x0c, 4, (into, value, at) => into.writeInt32BE(value, at)],
  ['float32', 0x0d, 4, (into, value, at) => into.writeFloatBE(value, at)],
  ['float64', 0x0e, 8, (into, value, at) => into.writeDoubleBE(value, at)],
];
const pixels = (role: 'train-images' | 't10k-images'): number[] => [...smallSet()[role].subarray(16)];
const labels = (role: 'train-labels' | 't10k-labels'): number[] => [...smallSet()[role].subarray(8)];

describe('images and labels of every element type', () => {
  it.each(TYPES)('%s are the same as bytes', async (_type, code, size, write) => {
    const as = (shape: readonly number[], values: readonly number[]): Buffer => {
      const data = Buffer.alloc(values.length * size);
      values.forEach((value, i) => write(data, value, i * size));
      return idx(shape, data, code);
    };
    const set = await load({
      'train-images': as([30, 5, 4], pixels('train-images')),
      'train-labels': as([30], labels('train-labels')),
      't10k-images': as([12, 5, 4], pixels('t10k-images')),
      't10k-labels': as([12], labels('t10k-labels')),
    });
    const same = await load({});
    expect(plain(set.train.images)).toEqual(plain(same.train.images));
    expect(plain(set.test.labels)).toEqual(plain(same.test.labels));
    expect([set.classes, set.notes]).toEqual([10, undefined]);
    for (const { images, labels: own } of [set.train, set.test]) {
      expect([images.buffer, own.buffer].every((buffer) => buffer instanceof SharedArrayBuffer)).toBe(true);
    }
  });

  it('signed bytes are pixels up to 127', async () => {
    const small = idx([12, 5, 4], bytes(240, 3, 128), 0x09);
    const set = await load({ 't10k-images': small });
    expect(plain(set.test.images)).toEqual([...small.subarray(16)]);
    expect(await failure(load({ 't10k-images': idx([12, 5, 4], bytes(240, 3), 0x09) }))).toMatchObject({
      code: 'E_DATA_PIXEL',
    });
  });

  it.each(TYPES.slice(2))('%s from 0 to 1 are fractions of 255', async (_type, code, size, write) => {
    const data = Buffer.alloc(600 * size);
    pixels('train-images').forEach((pixel, i) => write(data, pixel / 255, i * size));
    const set = await load({ 'train-images': idx([30, 5, 4], data, code) });
    expect(plain(set.train.images)).toEqual(pixels('train-images'));
    expect(set.notes).toEqual(['train-images-idx3-ubyte: fractions from 0 to 1: they became 0 to 255.']);
  });
});

describe('images of other shapes', () => {
  it.each([
    [[30, 5, 4, 1], 5, 4],
    [[30, 1, 5, 4], 5, 4],
    [[30, 20], 1, 20],
  ])('%j are images of %d x %d', async (shape, rows, cols) => {
    const [, ...rest] = shape;
    const set = await load({
      'train-images': idx(shape, Uint8Array.from(pixels('train-images'))),
      't10k-images': idx([12, ...rest], Uint8Array.from(pixels('t10k-images'))),
    });
    expect([set.rows, set.cols]).toEqual([rows, cols]);
    expect(plain(set.train.images)).toEqual(pixels('train-images'));
  });

  it('flattened squares are square again', async () => {
    const set = await load({
      'train-images': idx([30, 16], bytes(480, 1)),
      't10k-images': idx([12, 16], bytes(192, 1)),
    });
    expect([set.rows, set.cols]).toEqual([4, 4]);
    expect(set.notes?.[0]).toMatch(/rows of 16 pixels: read as images of 4 x 4/);
  });
});

describe('labels', () => {
  const given = (train: readonly number[], test: readonly number[], options?: Partial<FolderOptions>) =>
    load(
      {
        'train-labels': idx(
          [30],
          Uint8Array.from({ length: 30 }, (_, i) => train[i % train.length]!),
        ),
        't10k-labels': idx(
          [12],
          Uint8Array.from({ length: 12 }, (_, i) => test[i % test.length]!),
        ),
      },
      options,
    );

  it('from 1 give as many classes as there are labels, with a note', async () => {
    const letters = Array.from({ length: 26 }, (_, i) => i + 1);
    const set = await given(letters, [26, 1]);
    expect([set.classes, set.train.labels[0], set.test.labels[0], set.test.labels[1]]).toEqual([
      26, 0, 25, 0,
    ]);
    expect(set.labels).toEqual(letters);
    expect(set.notes?.[0]).toBe(
      'own: labels 1 to 26 became classes 0 to 25 (the option classes=27 keeps them).',
    );
    const asked = await given(letters, [26, 1], { classes: 26 });
    expect([asked.classes, asked.train.labels[0], asked.test.labels[0]]).toEqual([26, 0, 25]);
    const kept = await given(letters, [26, 1], { classes: 27 });
    expect([kept.classes, kept.test.labels[0], kept.labels]).toEqual([27, 26, undefined]);
  });

  it('with gaps are numbered in their order, over both splits', async () => {
    const set = await given([0, 2, 9], [2, 5]);
    expect([
      set.classes,
      plain(set.train.labels.subarray(0, 3)),
      plain(set.test.labels.subarray(0, 2)),
    ]).toEqual([4, [0, 1, 3], [1, 2]]);
    expect(set.labels).toEqual([0, 2, 5, 9]);
    expect(set.notes).toEqual([
      'own: labels 0, 2, 5, 9 became classes 0 to 3 (the option classes=10 keeps them).',
    ]);
    expect((await given([0, 2, 9], [2, 5], { classes: 10 })).test.labels[1]).toBe(5);
  });

  it('below 0 and far above are numbered too', async () => {
    const data = Buffer.alloc(120);
    for (let i = 0; i < 30; i++) data.writeInt32BE(i % 2 === 0 ? -1 : 1_000_000, 4 * i);
    const set = await load({
      'train-labels': idx([30], data, 0x0c),
      't10k-labels': idx([12], new Uint8Array(12)),
    });
    expect([set.classes, set.labels]).toEqual([3, [-1, 0, 1_000_000]]);
    expect(set.notes?.[0]).toBe('own: labels -1 to 0, 1000000 became classes 0 to 2.');
  });

  it('of more than 256 kinds are not classes', async () => {
    const data = Buffer.alloc(4 * 300);
    for (let i = 0; i < 300; i++) data.writeInt32BE(i, 4 * i);
    const many = { 'train-images': idx([300, 5, 4], bytes(6000, 1)), 'train-labels': idx([300], data, 0x0c) };
    expect(await failure(load(many))).toMatchObject({
      code: 'E_DATA_LABEL',
      message: expect.stringMatching(/more than 256/),
    });
  });

  it('of QMNIST are column 0 of eight', async () => {
    const files = smallSet();
    const wide = (own: readonly number[]): Buffer => {
      const data = Buffer.alloc(own.length * 32);
      own.forEach((label, i) =>
        [label, 4, 2000 + i, 7, 30, i, 0, 0].forEach((cell, c) => data.writeInt32BE(cell, 32 * i + 4 * c)),
      );
      return idx([own.length, 8], data, 0x0c);
    };
    const qmnist = {
      ...files,
      'train-labels': wide(labels('train-labels')),
      't10k-labels': wide(labels('t10k-labels')),
    };
    const name = (role: FileRole): string =>
      `qmnist-${fileName(role).replace('t10k', 'test').replace('idx1-ubyte', 'idx2-int')}.gz`;
    const set = await loadFolder(await writeSet(temporaryFolder(), qmnist, name), { name: 'qmnist' });
    expect([plain(set.train.labels), set.classes]).toEqual([labels('train-labels'), 10]);
    expect(set.notes?.[0]).toMatch(/^qmnist-train-labels-idx2-int.gz: 8 columns.*column 0 is the label/);
  });

  it('may be one-hot, or a column', async () => {
    const hot = labels('train-labels').flatMap((label) =>
      Array.from({ length: 10 }, (_, i) => Number(i === label)),
    );
    const set = await load({
      'train-labels': idx([30, 10], Uint8Array.from(hot)),
      't10k-labels': idx([12, 1], Uint8Array.from(labels('t10k-labels'))),
    });
    expect(plain(set.train.labels)).toEqual(labels('train-labels'));
    expect(plain(set.test.labels)).toEqual(labels('t10k-labels'));
  });
});

describe('transposed images', () => {
  it('are corrected by the option transpose: pixel (row, column) comes from (column, row)', async () => {
    const [lying, upright] = [await load({}), await load({}, { transpose: true })];
    expect([upright.rows, upright.cols]).toEqual([4, 5]);
    for (const [image, row, col] of [
      [0, 0, 0],
      [7, 3, 1],
      [29, 2, 4],
    ] as const) {
      expect(upright.train.images[image * 20 + row * 5 + col]).toBe(
        lying.train.images[image * 20 + col * 4 + row],
      );
    }
    expect(upright.sha256).toEqual(lying.sha256);
  });

  it('are assumed for the name EMNIST, unless the user sets the option', async () => {
    const dir = await writeSet(temporaryFolder(), smallSet(), (role) => `emnist-digits-${fileName(role)}`);
    const notes = async (options: Partial<FolderOptions>): Promise<string> =>
      (await loadFolder(dir, { name: 'own', ...options })).notes?.join() ?? '';
    expect(await notes({})).toContain('--dataset-option transpose=true');
    expect(await notes({ transpose: true })).toBe('');
    expect(await notes({ transpose: false })).toBe('');
  });
});

describe('the places of files', () => {
  it("may be torchvision's MNIST/raw, below or above the named folder", async () => {
    const files = smallSet();
    const root = temporaryFolder();
    const raw = await writeSet(join(root, 'Tiny', 'raw'), files);
    const set: KnownSet = published(files, { torchvision: 'Tiny' });
    const options = { env: {}, download: false };
    for (const dataDir of [root, join(root, 'Tiny'), raw])
      expect((await loadDataset(set, { ...options, dataDir })).source).toBe(raw);
    for (const dir of [root, join(root, 'Tiny')]) {
      const own = await loadFolder(dir, { name: 'own' });
      expect([own.source, own.notes?.[0]]).toEqual([raw, expect.stringContaining('raw')]);
    }
    const [report] = await describeData({ ...options, dataDir: root }, [set]);
    expect([report!.dir, report!.problem]).toEqual([raw, undefined]);
  });

  it('may be folders that are named like the files in them', async () => {
    const root = temporaryFolder();
    for (const [role, content] of Object.entries(smallSet())) {
      const name = fileName(role as FileRole);
      await mkdir(join(root, name));
      await writeFile(join(root, name, name), content);
    }
    expect((await loadFolder(root, { name: 'own' })).train.count).toBe(30);
    // The loader prefers the file itself to a folder of its name.
    await writeFile(join(root, 'train-labels.idx1-ubyte'), idx([30], new Uint8Array(30)));
    expect((await loadFolder(root, { name: 'own' })).train.labels.every((label) => label === 0)).toBe(true);
  });

  it('may be one folder for several sets: a prefix chooses', async () => {
    const root = temporaryFolder();
    for (const [i, split] of ['letters', 'digits'].entries())
      await writeSet(root, smallSet(i + 1), (role) => `emnist-${split}-${fileName(role)}`);
    expect(await failure(loadFolder(root, { name: 'own' }))).toMatchObject({
      code: 'E_DATA_AMBIGUOUS',
      hint: expect.stringMatching(/--dataset-option prefix=emnist-.*emnist-digits, emnist-letters/),
    });
    const wanted = published(smallSet(1)).sha256;
    for (const prefix of ['emnist-letters', 'letters'])
      expect((await loadFolder(root, { name: 'own', prefix })).sha256).toEqual(wanted);
    expect(await failure(loadFolder(root, { name: 'own', prefix: 'balanced' }))).toMatchObject({
      code: 'E_DATA_MISSING',
      hint: expect.stringContaining('emnist-digits, emnist-letters'),
    });
    await writeSet(join(root, 'other', 'raw'), smallSet(3));
    expect((await loadFolder(join(root), { name: 'own', prefix: 'letters' })).source).toBe(root);
  });

  it('may have names that do not say what the files contain', async () => {
    const dir = await writeSet(temporaryFolder(), smallSet());
    await writeFile(join(dir, fileName('train-images')), gzipSync(smallSet()['train-images']));
    await writeSet(dir, {}, fileName);
    expect((await loadFolder(dir, { name: 'own' })).train.count).toBe(30);
  });
});

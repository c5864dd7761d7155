import { readdirSync, readFileSync, renameSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkedDataset, type Dataset, type DatasetProgress } from '@bbb/core';
import { describe, expect, it } from 'vitest';
import { images, imagesOptions } from '../../../packages/plugins/src/datasets/images.js';
import {
  chunk,
  greyJpeg,
  jpegOf,
  pictureFolder,
  png,
  rawPng,
  type Content,
  write,
} from '../../support/pictures.js';

async function load(
  dir: string,
  options: object = {},
  onProgress?: (progress: DatasetProgress) => void,
): Promise<Dataset> {
  const context = { dataDir: dir, ...(onProgress ? { onProgress } : {}) };
  return checkedDataset('images', await images.load(imagesOptions.parse(options), context));
}

/** The pixels of a picture in a folder with another picture of the same kind. */
async function pixelsOf(picture: Content, options: object = {}): Promise<[number[], readonly number[]]> {
  const dir = write(pictureFolder(), { 'a/1.png': picture, 'b/2.png': picture });
  const { train, inputShape } = await load(dir, options);
  expect(train.count).toBe(2);
  return [[...train.features.subarray(0, train.features.length / 2)], inputShape];
}

describe('a folder of pictures', () => {
  it('has a class for each folder, and pixels in shared memory', async () => {
    const dir = write(pictureFolder(), {
      'train/cat/1.png': png([1, 2, 3, 4]),
      'train/cat/3.png': png([9, 10, 11, 12]),
      'train/ant/2.png': png([5, 6, 7, 8]),
      'test/cat/1.png': png([13, 14, 15, 16]),
    });
    const set = await load(dir, { name: 'animals' });
    expect(set).toMatchObject({
      name: 'animals',
      inputShape: [2, 2, 1],
      target: { kind: 'class', classes: 2, names: ['ant', 'cat'] },
      source: dir,
    });
    expect([...set.train.features]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    expect([...set.train.targets]).toEqual([1, 0, 1]);
    expect([...set.test.features]).toEqual([13, 14, 15, 16]);
    expect([...set.test.targets]).toEqual([1]);
    for (const { features, targets } of [set.train, set.test])
      for (const { buffer } of [features, targets]) expect(buffer).toBeInstanceOf(SharedArrayBuffer);
  });

  it('without train/ is all for training', async () => {
    const dir = write(pictureFolder(), {
      '10/1.png': png([1, 2, 3, 4]),
      '9/1.png': png([5, 6, 7, 8]),
    });
    const { target, train, test } = await load(dir);
    expect(target).toMatchObject({ names: ['9', '10'] });
    expect([...train.targets]).toEqual([0, 1]);
    expect(test.count).toBe(0);
  });

  it('may have classes called train and test', async () => {
    const dir = write(pictureFolder(), {
      'train/1.png': png([1, 2, 3, 4]),
      'test/1.png': png([5, 6, 7, 8]),
    });
    expect((await load(dir)).target).toMatchObject({ names: ['test', 'train'] });
  });

  it('gives the same set for any order, place and dates of its files', async () => {
    const files = Array.from(
      { length: 9 },
      (_, i) => [`${'cab'[i % 3]}/${i}.png`, png([i, 1, 2, 3])] as const,
    );
    const one = write(join(pictureFolder(), 'set'), Object.fromEntries(files));
    const two = write(join(pictureFolder(), 'set'), Object.fromEntries(files.toReversed()));
    utimesSync(join(two, 'c/0.png'), 1, 1);
    const [first, second] = [await load(one), await load(two)];
    expect({ ...second, source: one }).toEqual(first);
    expect([...first.train.targets]).toEqual([2, 0, 1, 2, 0, 1, 2, 0, 1]);
  });

  it('recognises names of folders in any spelling', async () => {
    const [composed, decomposed] = ['\u00e9', 'e\u0301'];
    const set = async (name: string): Promise<Dataset> =>
      load(
        write(join(pictureFolder(), 'set'), {
          [`${name}/1.png`]: png([1, 2, 3, 4]),
          'z/1.png': png([5, 6, 7, 8]),
          'f/1.png': png([5, 6, 7, 9]),
        }),
      );
    const { source: _, ...first } = await set(composed);
    expect(await set(decomposed)).toMatchObject(first);
    expect(first.target).toMatchObject({ names: ['f', 'z', composed] });
  });

  it('may be full of links, hidden files, notes and the files of systems', async () => {
    const root = pictureFolder();
    write(root, { 'store/x.png': png([1, 2, 3, 4]), 'store/y/2.png': png([5, 6, 7, 8]) });
    const dir = write(join(root, 'set'), {
      '.DS_Store': 'x',
      'README.txt': 'read me',
      'a/Thumbs.db': 'x',
      'a/._1.png': 'x',
      '__MACOSX/a/1.png': 'x',
    });
    symlinkSync(join(root, 'store/x.png'), join(dir, 'a/1.png'));
    symlinkSync(join(root, 'store/y'), join(dir, 'b'));
    const { train, notes } = await load(dir);
    expect([...train.features]).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(notes).toEqual(['Passed over beside the folders of pictures: README.txt.']);
  });

  it('is identified by its pixels, its labels and the names of its classes', async () => {
    const set = async (files: Readonly<Record<string, Content>>): Promise<object> =>
      (await load(write(pictureFolder(), files))).sha256;
    const [a, b] = [png([1, 2, 3, 4]), png([5, 6, 7, 8])];
    const first = await set({ 'x/1.png': a, 'y/2.png': b });
    expect(await set({ 'x/7.PNG': a, 'y/8.jpeg': b })).toEqual(first);
    expect(await set({ 'x/1.png': b, 'y/2.png': a })).not.toEqual(first);
    expect(await set({ 'y/1.png': a, 'x/2.png': b })).not.toEqual(first);
    expect(await set({ 'x/1.png': a, 'z/2.png': b })).not.toEqual(first);
  });
});

describe('pictures', () => {
  const black = chunk('PLTE', Buffer.from([0, 0, 0, 200, 200, 200]));
  const colours = chunk('PLTE', Buffer.from([1, 2, 3, 4, 5, 6]));
  const two = { width: 2, height: 1, depth: 8 };
  it.each<[string, Content, object, number[], number]>([
    ['grey', png([0, 7, 255, 128]), {}, [0, 7, 255, 128], 1],
    ['colour', png([1, 2, 3, 4, 5, 6], { channels: 3 }), {}, [1, 2, 3, 4, 5, 6], 3],
    ['grey, opaque alpha', png([9, 255, 8, 255], { channels: 2 }), {}, [9, 8], 1],
    ['colour, opaque alpha', png([1, 2, 3, 255, 4, 5, 6, 255], { channels: 4 }), {}, [1, 2, 3, 4, 5, 6], 3],
    ['alpha on white', png([10, 255, 10, 51], { channels: 2 }), { background: 'white' }, [10, 206], 1],
    ['alpha on black', png([10, 255, 10, 51], { channels: 2 }), { background: 'black' }, [10, 2], 1],
    [
      '1 bit',
      rawPng({ width: 9, height: 1, depth: 1, colour: 0, raw: Buffer.from([0, 0b10110000, 128]) }),
      {},
      [255, 0, 255, 255, 0, 0, 0, 0, 255],
      1,
    ],
    [
      '2 bits',
      rawPng({ width: 3, height: 2, depth: 2, colour: 0, raw: Buffer.from([0, 0b00011011, 0, 0b11000000]) }),
      {},
      [0, 85, 170, 255, 0, 0],
      1,
    ],
    [
      '4 bits',
      rawPng({ width: 3, height: 1, depth: 4, colour: 0, raw: Buffer.from([0, 0x1f, 0x80]) }),
      {},
      [17, 255, 136],
      1,
    ],
    [
      'a palette of greys',
      rawPng({ ...two, colour: 3, before: [black], raw: Buffer.from([0, 1, 0]) }),
      {},
      [200, 0],
      1,
    ],
    [
      'a palette of colours',
      rawPng({ ...two, colour: 3, before: [colours], raw: Buffer.from([0, 1, 0]) }),
      {},
      [4, 5, 6, 1, 2, 3],
      3,
    ],
    [
      'a palette, transparent',
      rawPng({
        ...two,
        colour: 3,
        before: [black, chunk('tRNS', Buffer.from([0]))],
        raw: Buffer.from([0, 1, 0]),
      }),
      { background: 'white' },
      [200, 255],
      1,
    ],
    [
      'a transparent colour',
      rawPng({
        ...two,
        colour: 0,
        before: [chunk('tRNS', Buffer.from([0, 7]))],
        raw: Buffer.from([0, 7, 8]),
      }),
      { background: 'white' },
      [255, 8],
      1,
    ],
    [
      'filters',
      rawPng({ width: 2, height: 3, depth: 8, colour: 0, raw: Buffer.from([1, 5, 3, 2, 1, 1, 4, 2, 2]) }),
      {},
      [5, 8, 6, 9, 8, 11],
      1,
    ],
    [
      'interlaced',
      rawPng({
        width: 2,
        height: 2,
        depth: 8,
        colour: 0,
        interlace: 1,
        raw: Buffer.from([0, 1, 0, 2, 0, 3, 4]),
      }),
      {},
      [1, 2, 3, 4],
      1,
    ],
    [
      'made grey',
      png([255, 0, 0, 0, 255, 0, 0, 0, 255, 50, 50, 50], { channels: 3 }),
      { channels: 'grey' },
      [76, 150, 29, 50],
      1,
    ],
    ['made colour', png([1, 2, 3, 4]), { channels: 'colour' }, [1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4], 3],
    ['smaller', png([0, 100, 50, 51], {}), { resize: '1x1' }, [50], 1],
    ['smaller, rounded up', png([0, 1, 1, 0], {}), { resize: '1x1' }, [1], 1],
    ['stretched', png([10, 20, 30], { width: 3 }), { resize: '1x2' }, [13, 27], 1],
    ['larger', png([10, 20], {}), { resize: '2x4' }, [10, 10, 20, 20, 10, 10, 20, 20], 1],
  ])('%s', async (_, picture, options, pixels, channels) => {
    const [found, shape] = await pixelsOf(picture, options);
    expect(found).toEqual(pixels);
    expect(shape[2]).toBe(channels);
  });

  it.each([[1], [64], [128 + 64], [255]])('a grey JPEG of %i', async (value) => {
    const [pixels, shape] = await pixelsOf(greyJpeg(value));
    expect(shape).toEqual([8, 8, 1]);
    expect(new Set(pixels)).toEqual(new Set([value]));
  });

  it('a JPEG in colour, up to the loss of the format', async () => {
    const [pixels, shape] = await pixelsOf(jpegOf([200, 100, 50], 16, 8));
    expect(shape).toEqual([8, 16, 3]);
    pixels.forEach((value, i) => expect(Math.abs(value - [200, 100, 50][i % 3]!)).toBeLessThanOrEqual(3));
  });
});

describe('the cache', () => {
  const files = { 'a/1.png': png([1, 2, 3, 4]), 'b/2.png': png([5, 6, 7, 8]) };
  const entries = (dir: string): string[] =>
    readdirSync(join(dir, '.cache/images')).map((name) => join(dir, '.cache/images', name));

  it('is used for the same content in any folder', async () => {
    const root = pictureFolder();
    const reported: string[] = [];
    const onProgress = ({ what }: DatasetProgress): void => void reported.push(what);
    const first = await load(write(join(root, 'one'), files), {}, onProgress);
    expect(reported).toContain('pictures decoded');
    reported.length = 0;
    const second = await load(write(join(root, 'two'), files), {}, onProgress);
    expect(reported).not.toContain('pictures decoded');
    expect(second.sha256).toEqual(first.sha256);
    expect(entries(root)).toHaveLength(1);
    await load(write(join(root, 'two'), { 'a/1.png': png([1, 2, 3, 5]) }));
    expect(entries(root)).toHaveLength(2);
    expect((await load(join(root, 'two'), { resize: '1x1' })).inputShape).toEqual([1, 1, 1]);
  });

  it('is not used if it was changed or belongs to other pictures', async () => {
    const root = pictureFolder();
    const dir = write(join(root, 'set'), files);
    const { train } = await load(dir);
    const [path] = entries(root);
    const good = readFileSync(path!);
    for (let at = 0; at < good.length; at += 7) {
      writeFileSync(
        path!,
        Uint8Array.from(good, (byte, i) => (i === at ? byte ^ 1 : byte)),
      );
      expect((await load(dir)).train.features).toEqual(train.features);
      expect(readFileSync(path!)).toEqual(good);
    }
    for (const length of [0, 5, 40, good.length - 1]) {
      writeFileSync(path!, good.subarray(0, length));
      expect((await load(dir)).train.features).toEqual(train.features);
    }
    write(dir, { 'a/1.png': png([9, 9, 9, 9]) });
    const other = (await load(dir)).train.features;
    renameSync(
      path!,
      entries(root).find((name) => name !== path)!,
    );
    expect((await load(dir)).train.features).toEqual(other);
  });

  it("is not needed if it can't be written", async () => {
    const root = pictureFolder();
    write(root, { '.cache': 'a file' });
    expect((await load(write(join(root, 'set'), files))).train.count).toBe(2);
  });
});

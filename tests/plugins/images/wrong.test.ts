import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { BbbError } from '@bbb/core';
import { describe, expect, it } from 'vitest';
import { images, imagesOptions } from '../../../packages/plugins/src/datasets/images.js';
import { chunk, jpegOf, pictureFolder, png, rawPng, type Content, write } from '../../support/pictures.js';

const good = png([1, 2, 3, 4]);
const row = Buffer.from([0, 1, 2]);
const small = { width: 2, height: 1, depth: 8, colour: 0, raw: row };

/** A copy of a file with some bytes replaced. */
function patched(bytes: Uint8Array, at: number, ...values: readonly number[]): Uint8Array {
  const copy = Uint8Array.from(bytes);
  copy.set(values, at);
  return copy;
}

/** A JPEG with another frame header. */
function jpegFrame(offset: number, ...values: readonly number[]): Uint8Array {
  const bytes = jpegOf([1, 2, 3]);
  return patched(bytes, Buffer.from(bytes).indexOf(Buffer.from([0xff, 0xc0])) + offset, ...values);
}

interface Case {
  readonly code: string;
  /** The path of the file or folder that the message must name. */
  readonly names: string;
  readonly says: RegExp;
  readonly hint?: RegExp;
  readonly files?: Readonly<Record<string, Content>>;
  /** The picture is stored next to a good picture in each of two classes. */
  readonly picture?: Content;
  readonly options?: object;
}

const kind = 'E_DATA_PICTURE_KIND';
const damaged = 'E_DATA_PICTURE';
const folder = 'E_DATA_FOLDER';

const cases: Readonly<Record<string, Case>> = {
  'an empty file': { code: damaged, names: 'a/9.png', says: /0 bytes/, picture: '' },
  'a cut PNG': {
    code: damaged,
    names: 'a/9.png',
    says: /cut off after 50 bytes/,
    picture: good.subarray(0, 50),
  },
  'a PNG with a flipped bit': {
    code: damaged,
    names: 'a/9.png',
    says: /check sum .* byte 33/,
    picture: patched(good, 44, 0),
  },
  'a PNG sent as text': {
    code: damaged,
    names: 'a/9.png',
    says: /transfer as text/,
    picture: Uint8Array.from([...good.subarray(0, 4), ...good.subarray(5)]),
  },
  'a PNG with too few pixels': {
    code: damaged,
    names: 'a/9.png',
    says: /fewer pixels/,
    picture: rawPng({ ...small, height: 2 }),
  },
  'a PNG with too many pixels': {
    code: damaged,
    names: 'a/9.png',
    says: /more pixels/,
    picture: rawPng({ ...small, width: 1 }),
  },
  'a PNG of an unknown colour type': {
    code: damaged,
    names: 'a/9.png',
    says: /header/,
    picture: rawPng({ ...small, colour: 5 }),
  },
  'a PNG without pixels': {
    code: damaged,
    names: 'a/9.png',
    says: /header/,
    picture: rawPng({ ...small, width: 0 }),
  },
  'a PNG with an unknown filter': {
    code: damaged,
    names: 'a/9.png',
    says: /filter/i,
    picture: rawPng({ ...small, raw: Buffer.from([9, 1, 2]) }),
  },
  'a PNG with a colour beyond its palette': {
    code: damaged,
    names: 'a/9.png',
    says: /colour 2 of a palette of 1/,
    picture: rawPng({
      ...small,
      colour: 3,
      before: [chunk('PLTE', Buffer.from([1, 2, 3]))],
      raw: Buffer.from([0, 0, 2]),
    }),
  },
  'a PNG of 16 bits': {
    code: kind,
    names: 'a/9.png',
    says: /16 bits/,
    hint: /-depth 8/,
    picture: png([1, 2, 3, 4], { depth: 16 }),
  },
  'a PNG with transparent pixels': {
    code: kind,
    names: 'a/9.png',
    says: /row 0, column 1/,
    hint: /background=white/,
    picture: png([1, 255, 1, 3, 1, 255, 1, 255], { channels: 2 }),
  },
  'an animated PNG': {
    code: kind,
    names: 'a/9.png',
    says: /animation/,
    picture: rawPng({ ...small, before: [chunk('acTL', Buffer.alloc(8))] }),
  },
  'an interlaced PNG of 1 bit': {
    code: kind,
    names: 'a/9.png',
    says: /interlaced/,
    picture: rawPng({ ...small, depth: 1, interlace: 1 }),
  },
  'a PNG that announces billions of pixels': {
    code: 'E_DATA_SIZE',
    names: 'a/9.png',
    says: /60000 x 60000/,
    picture: rawPng({ ...small, width: 60_000, height: 60_000 }),
  },
  'a cut JPEG': {
    code: damaged,
    names: 'a/9.png',
    says: /cut off/,
    picture: jpegOf([1, 2, 3]).subarray(0, -2),
  },
  'a JPEG without a picture': {
    code: damaged,
    names: 'a/9.png',
    says: /cut off/,
    picture: Buffer.from([0xff, 0xd8, 0xff, 0xd9]),
  },
  'a JPEG in CMYK': { code: kind, names: 'a/9.png', says: /CMYK/, hint: /sRGB/, picture: jpegFrame(9, 4) },
  'a JPEG of 12 bits': { code: kind, names: 'a/9.png', says: /12 bits/, picture: jpegFrame(4, 12) },
  'a lossless JPEG': { code: kind, names: 'a/9.png', says: /lossless/, picture: jpegFrame(1, 0xc3) },
  'a JPEG that announces billions of pixels': {
    code: 'E_DATA_SIZE',
    names: 'a/9.png',
    says: /65535 x 65535/,
    picture: jpegFrame(5, 255, 255, 255, 255),
  },
  'a GIF': { code: kind, names: 'a/9.png', says: /GIF/, picture: 'GIF89a......' },
  'a web page': { code: kind, names: 'a/9.png', says: /web page/, picture: '<!doctype html><html></html>' },
  'a pointer': {
    code: kind,
    names: 'a/9.png',
    says: /Git LFS/,
    picture: 'version https://git-lfs.github.com/spec/v1\n',
  },
  'another size': {
    code: 'E_DATA_SHAPE',
    names: 'a/9.png',
    says: /1 x 2 pixels.* 2 x 2/,
    hint: /resize=2x2/,
    picture: png([1, 2]),
  },
  'another kind': {
    code: 'E_DATA_SHAPE',
    names: 'a/9.png',
    says: /in colour.*grey/,
    hint: /channels=grey/,
    picture: png([1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 2, 3], { channels: 3 }),
  },
  'more pixels than memory holds': {
    code: 'E_DATA_SIZE',
    names: 'a/0.png',
    says: /limit/,
    picture: good,
    options: { resize: '9999x9999', channels: 'colour', name: 'large' },
    files: Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`a/${i}.png`, good])),
  },
  'no folder': { code: 'E_DATA_UNREADABLE', names: '', says: /does not exist/, options: { dir: 'nowhere' } },
  'a file in place of a folder': {
    code: 'E_DATA_UNREADABLE',
    names: 'x',
    says: /not a folder/,
    files: { x: 'y' },
    options: { dir: 'x' },
  },
  'an empty folder': { code: folder, names: '', says: /no folders of pictures/, files: { '.x': '' } },
  'one class': {
    code: folder,
    names: '',
    says: /one class only, a/,
    files: { 'a/1.png': good, 'a/2.png': good },
  },
  'pictures beside the classes': {
    code: folder,
    names: '1.png',
    says: /no folder of a class/,
    files: { 'a/1.png': good, 'b/1.png': good, '1.png': good },
  },
  'folders within classes': {
    code: folder,
    names: 'a/more',
    says: /within the folder of a class/,
    files: { 'a/1.png': good, 'b/1.png': good, 'a/more/1.png': good },
  },
  'a class without pictures': {
    code: folder,
    names: 'b',
    says: /no pictures/,
    files: { 'a/1.png': good, 'b/.x': '' },
  },
  'a class that is only tested': {
    code: folder,
    names: 'test/c',
    says: /without training pictures/,
    files: { 'train/a/1.png': good, 'train/b/1.png': good, 'test/c/1.png': good },
  },
  'test/ alone': {
    code: folder,
    names: '',
    says: /no train\//,
    files: { 'test/a/1.png': good, 'test/b/1.png': good },
  },
  'validation pictures instead of test/': {
    code: folder,
    names: '',
    says: /no test\//,
    hint: /Rename/,
    files: { 'train/a/1.png': good, 'train/b/1.png': good, 'val/a/1.png': good, 'val/b/1.png': good },
  },
  'one name twice': {
    code: folder,
    names: 'e\u0301',
    says: /same name/,
    files: { 'e\u0301/1.png': good, '\u00e9/1.png': good },
  },
  'too many classes': {
    code: folder,
    names: '',
    says: /257 folders/,
    files: Object.fromEntries(Array.from({ length: 257 }, (_, i) => [`${i}/1.png`, good])),
  },
};

async function failureOf(dir: string, options: object): Promise<BbbError> {
  const error: unknown = await images.load(imagesOptions.parse({ dir, ...options }), {}).then(
    () => 'nothing is wrong',
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(BbbError);
  return error as BbbError;
}

describe("a folder that can't be used", () => {
  it.each(Object.entries(cases))('%s', async (_, { code, names, says, hint, picture, files, options }) => {
    const both = { 'a/1.png': good, 'b/2.png': good };
    const root = pictureFolder();
    const dir = write(root, { ...(picture === undefined ? {} : { ...both, 'a/9.png': picture }), ...files });
    const { dir: below = '.', ...rest } = { ...options } as { dir?: string };
    const error = await failureOf(join(dir, below), rest);
    expect(error.message).toMatch(says);
    expect(error).toMatchObject({ code });
    expect(error.message).toContain(join(root, names));
    expect(error.hint).toMatch(hint ?? /./);
  });

  it('a broken link', async () => {
    const dir = write(pictureFolder(), { 'a/1.png': good, 'b/1.png': good });
    symlinkSync(join(dir, 'gone'), join(dir, 'a/2.png'));
    expect(await failureOf(dir, {})).toMatchObject({ code: 'E_DATA_UNREADABLE' });
  });

  it('a missing folder', async () => {
    await expect(images.load({}, {})).rejects.toMatchObject({ code: 'E_DATA_DIR' });
  });

  it.each(['28', '0x3', '28x28x1', '28 x 28', '1e3x2', '99999x1'])('resize=%s', (resize) => {
    expect(imagesOptions.safeParse({ resize }).success).toBe(false);
  });
});

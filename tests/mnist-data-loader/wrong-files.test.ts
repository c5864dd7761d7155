import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FILE_ROLES, loadDataset, loadFolder, whereToGet, type FileRole } from 'mnist-data-loader';
import { describeFailure } from '@bbb/cli';
import { bytes, failure, fileName, idx, smallSet, writeSet } from '../support/idx-files.js';
import { temporaryFolder } from '../support/folders.js';

const IMAGES = smallSet()['train-images'];
const LABELS = smallSet()['train-labels'];
const text = (content: string): Buffer => Buffer.from(content);
/** The beginning of a file, followed by random bytes. */
const starts = (...start: (number | string)[]): Buffer =>
  Buffer.concat([
    ...start.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : Buffer.of(part))),
    bytes(600, 9),
  ]);
const tar = Buffer.concat([Buffer.alloc(257, 'a'), text('ustar\0'), Buffer.alloc(300)]);
const zipMember = (name: string): Buffer =>
  Buffer.concat([text('PK\x03\x04'), Buffer.alloc(22), Buffer.of(name.length, 0, 0, 0), text(name)]);
const floats = (shape: readonly number[], values: (i: number) => number): Buffer => {
  const data = Buffer.alloc(4 * shape.reduce((a, b) => a * b, 1));
  for (let i = 0; i < data.length / 4; i++) data.writeFloatBE(values(i), 4 * i);
  return idx(shape, data, 0x0d);
};
const ints = (shape: readonly number[], values: (i: number) => number): Buffer => {
  const data = Buffer.alloc(4 * shape.reduce((a, b) => a * b, 1));
  for (let i = 0; i < data.length / 4; i++) data.writeInt32BE(values(i), 4 * i);
  return idx(shape, data, 0x0c);
};
const littleEndian = (): Buffer => {
  const file = Buffer.from(IMAGES);
  [30, 5, 4].forEach((size, i) => file.writeUInt32LE(size, 4 + 4 * i));
  return file;
};

type Row = readonly [
  title: string,
  role: FileRole,
  content: Buffer,
  code: string,
  says: RegExp,
  hint: RegExp,
];

/** One file of a set whose other files are good. */
const WRONG: readonly Row[] = [
  ['a web page', 'train-images', text('\n <!DOCTYPE html><html>404'), 'E_DATA_IDX_MAGIC', /web page/, /curl/],
  [
    'a page with a comment first',
    'train-images',
    text('<!-- x -->\n<html lang="en">'),
    'E_DATA_IDX_MAGIC',
    /web page/,
    /curl/,
  ],
  [
    'a page with a byte-order mark',
    'train-images',
    text('\ufeff<HTML>'),
    'E_DATA_IDX_MAGIC',
    /web page/,
    /curl/,
  ],
  ['a gzipped page', 'train-images', gzipSync('<html>login</html>'), 'E_DATA_IDX_MAGIC', /web page/, /curl/],
  [
    "a server's XML",
    'train-images',
    text('<?xml version="1.0"?><Error><Code>AccessDenied'),
    'E_DATA_IDX_MAGIC',
    /XML/,
    /curl/,
  ],
  ["a server's JSON", 'train-images', text('{"message":"Not Found"}'), 'E_DATA_IDX_MAGIC', /JSON/, /curl/],
  [
    'a Git LFS pointer',
    'train-images',
    text('version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 9\n'),
    'E_DATA_IDX_MAGIC',
    /Git LFS/,
    /git lfs pull/,
  ],
  [
    'a git-annex pointer',
    'train-images',
    text('/annex/objects/SHA256E-s1--0'),
    'E_DATA_IDX_MAGIC',
    /git-annex/,
    /git annex get/,
  ],
  ['a zip archive', 'train-images', zipMember('train-images-idx3-ubyte'), 'E_DATA_IDX_MAGIC', /zip/, /unzip/],
  [
    'a NumPy archive',
    'train-images',
    zipMember('x_train.npy'),
    'E_DATA_IDX_MAGIC',
    /NumPy archive/,
    /--dataset idx --data-dir/,
  ],
  [
    'a NumPy array',
    'train-images',
    starts(0x93, 'NUMPY'),
    'E_DATA_NPY',
    /ends within its header/,
    /numpy.save/,
  ],
  ['gzip within gzip', 'train-images', gzipSync(gzipSync(IMAGES)), 'E_DATA_IDX_MAGIC', /gzip/, /gunzip/],
  ['xz', 'train-images', starts(0xfd, '7zXZ\0'), 'E_DATA_IDX_MAGIC', /xz/, /mv .* && xz -d/],
  ['bzip2', 'train-images', starts('BZh9'), 'E_DATA_IDX_MAGIC', /bzip2/, /bunzip2/],
  ['Zstandard', 'train-images', starts(0x28, 0xb5, 0x2f, 0xfd), 'E_DATA_IDX_MAGIC', /Zstandard/, /zstd -d/],
  ['lz4', 'train-images', starts(4, 0x22, 0x4d, 0x18), 'E_DATA_IDX_MAGIC', /lz4/, /lz4 -d/],
  ['compress', 'train-images', starts(0x1f, 0x9d, 0x90), 'E_DATA_IDX_MAGIC', /compress/, /uncompress/],
  ['7z', 'train-images', starts('7z', 0xbc, 0xaf, 0x27, 0x1c), 'E_DATA_IDX_MAGIC', /7z/, /7z x/],
  ['RAR', 'train-images', starts('Rar!', 0x1a, 7), 'E_DATA_IDX_MAGIC', /RAR/, /unrar/],
  ['a tar archive', 'train-images', tar, 'E_DATA_IDX_MAGIC', /tar archive/, /tar xf/],
  ['a tar.gz archive', 'train-images', gzipSync(tar), 'E_DATA_IDX_MAGIC', /tar archive/, /tar xf/],
  ['PNG', 'train-images', starts(0x89, 'PNG\r\n'), 'E_DATA_IDX_MAGIC', /PNG/, /--dataset images/],
  ['JPEG', 'train-images', starts(0xff, 0xd8, 0xff, 0xe0), 'E_DATA_IDX_MAGIC', /JPEG/, /--dataset images/],
  ['GIF', 'train-images', starts('GIF89a'), 'E_DATA_IDX_MAGIC', /GIF/, /four IDX files/],
  ['PDF', 'train-images', starts('%PDF-1.7'), 'E_DATA_IDX_MAGIC', /PDF/, /Fetch/],
  ['Parquet', 'train-images', starts('PAR1'), 'E_DATA_IDX_MAGIC', /Parquet/, /four IDX files/],
  ['HDF5', 'train-images', starts(0x89, 'HDF\r\n'), 'E_DATA_IDX_MAGIC', /HDF5/, /four IDX files/],
  ['MATLAB', 'train-images', starts('MATLAB 5.0 MAT-file'), 'E_DATA_IDX_MAGIC', /MATLAB/, /four IDX files/],
  ['SQLite', 'train-images', starts('SQLite format 3\0'), 'E_DATA_IDX_MAGIC', /SQLite/, /four IDX files/],
  ['a pickle', 'train-images', starts(0x80, 3, '}q'), 'E_DATA_IDX_MAGIC', /pickle/, /four IDX files/],
  [
    'CSV',
    'train-labels',
    text('label,pixel1,pixel2\r\n5,0,0\r\n'),
    'E_DATA_IDX_MAGIC',
    /CSV/,
    /--dataset csv/,
  ],
  [
    'CSV in UTF-16',
    'train-labels',
    Buffer.from('\ufefflabel;a;b\n', 'utf16le'),
    'E_DATA_IDX_MAGIC',
    /CSV/,
    /--dataset csv/,
  ],
  [
    'another text',
    'train-labels',
    text('Not found'),
    'E_DATA_IDX_MAGIC',
    /text that begins "Not found"/,
    /curl/,
  ],
  ['an empty file', 'train-images', Buffer.alloc(0), 'E_DATA_IDX_LENGTH', /empty/, /again/],
  ['an empty gzip file', 'train-images', gzipSync(''), 'E_DATA_IDX_LENGTH', /empty/, /again/],
  ['zeros', 'train-images', Buffer.alloc(5000), 'E_DATA_IDX_MAGIC', /zeros/, /again/],
  [
    'another magic number',
    'train-images',
    Buffer.concat([Buffer.of(0xde, 0xad, 0xbe, 0xef), IMAGES]),
    'E_DATA_IDX_MAGIC',
    /de ad be ef/,
    /original/,
  ],
  [
    'sizes in little-endian order',
    'train-images',
    littleEndian(),
    'E_DATA_IDX_SIZE',
    /503316480/,
    /little-endian .*30 x 5 x 4/,
  ],
  [
    'an unknown element type',
    'train-images',
    idx([30, 5, 4], bytes(600, 1), 0x0a),
    'E_DATA_IDX_TYPE',
    /0a/,
    /uint8/,
  ],
  [
    'truncated',
    'train-images',
    IMAGES.subarray(0, 300),
    'E_DATA_IDX_LENGTH',
    /truncated: 300 bytes/,
    /again/,
  ],
  [
    'a truncated gzip file',
    'train-images',
    gzipSync(IMAGES).subarray(0, 300),
    'E_DATA_GZIP',
    /truncated/,
    /again/,
  ],
  [
    'a truncated start of a gzip file',
    'train-images',
    gzipSync(IMAGES).subarray(0, 12),
    'E_DATA_GZIP',
    /truncated/,
    /again/,
  ],
  ['colour', 'train-images', idx([10, 5, 4, 3], bytes(600, 1)), 'E_DATA_SHAPE', /\[10, 5, 4, 3\]/, /grey/],
  [
    'five dimensions',
    'train-images',
    idx([30, 5, 4, 1, 1], bytes(600, 1)),
    'E_DATA_SHAPE',
    /\[30, 5, 4, 1, 1\]/,
    /label file/,
  ],
  ['labels as images', 'train-images', LABELS, 'E_DATA_SHAPE', /\[30\]/, /label file/],
  ['images as labels', 'train-labels', IMAGES, 'E_DATA_SHAPE', /\[30, 5, 4\]/, /image file/],
  [
    'several columns of labels',
    'train-labels',
    idx([30, 3], bytes(90, 1)),
    'E_DATA_SHAPE',
    /\[30, 3\]/,
    /column/,
  ],
  [
    'fewer labels than images',
    'train-labels',
    idx([29], new Uint8Array(29)),
    'E_DATA_COUNT',
    /30 images.*29 labels/,
    /fetch both/,
  ],
  [
    'standardised pixels',
    'train-images',
    floats([30, 5, 4], (i) => (i === 47 ? -0.42 : 0)),
    'E_DATA_PIXEL',
    /image 2, row 1, column 3/,
    /unsigned bytes/,
  ],
  [
    'pixels between whole numbers',
    'train-images',
    floats([30, 5, 4], (i) => i + 0.5),
    'E_DATA_PIXEL',
    /0.5 in image 0, row 0, column 0/,
    /unsigned bytes/,
  ],
  [
    'pixels that are not numbers',
    'train-images',
    floats([30, 5, 4], (i) => (i === 0 ? 255 : NaN)),
    'E_DATA_PIXEL',
    /NaN in image 0, row 0, column 1/,
    /unsigned bytes/,
  ],
  [
    'pixels above a byte',
    'train-images',
    ints([30, 5, 4], (i) => i),
    'E_DATA_PIXEL',
    /256 in image 12, row 4, column 0/,
    /unsigned bytes/,
  ],
  [
    'labels that are fractions',
    'train-labels',
    floats([30], (i) => (i === 3 ? 0.25 : 1)),
    'E_DATA_LABEL',
    /0.25 at position 3/,
    /classes/,
  ],
  [
    '30,000 different labels',
    'train-labels',
    ints([30_000], (i) => i),
    'E_DATA_COUNT',
    /30000 labels/,
    /fetch both/,
  ],
];

describe('a file that does not belong to a data set', () => {
  it.each(WRONG)(
    '%s gives an error with the file and with what to type',
    async (_title, role, content, code, says, hint) => {
      const folder = await writeSet(temporaryFolder(), smallSet());
      const path = join(folder, fileName(role));
      await writeFile(path, content);
      const before = await readdir(folder, { recursive: true });
      const error = await failure(loadFolder(folder, { name: 'own' }));
      expect(error).toMatchObject({ name: 'DataError', code });
      expect(error.message).toContain(fileName(role));
      expect(error.message).toMatch(says);
      expect(error.hint).toMatch(hint);
      expect(error.message).toMatch(/^\P{Cc}+\.$/u);
      // The user sees this message, and exit code 2.
      expect(describeFailure(error)).toEqual({
        code,
        message: error.message,
        hint: error.hint,
        exitCode: 2,
      });
      expect(await readdir(folder, { recursive: true })).toEqual(before);
    },
  );
});

describe('a folder without a data set', () => {
  it.each([
    [
      'mnist.npz',
      zipMember('x_train.npy'),
      /mnist.npz, a NumPy archive/,
      /--dataset idx --data-dir .*mnist\.npz/,
    ],
    ['train.npy', starts(0x93, 'NUMPY'), /train.npy/, /Rename.*x_train.npy/],
    [
      'train.csv',
      text('label,p0,p1\n1,2,3\n'),
      /train.csv, a table/,
      /--dataset csv --data .*train\.csv --target/,
    ],
    ['archive.zip', zipMember('train-images-idx3-ubyte.gz'), /archive.zip, a zip/, /unzip/],
    ['train-images-idx3-ubyte (1).gz', gzipSync(IMAGES), /train-images-idx3-ubyte \(1\).gz/, /Rename/],
    ['mnist.pkl.xz', starts(0xfd, '7zXZ\0'), /mnist.pkl.xz, an xz/, /xz -d/],
  ])('gives an error that says what it contains: %s', async (name, content, says, hint) => {
    const folder = temporaryFolder();
    await writeFile(join(folder, name), content);
    // Files that exist in any project are not candidates.
    await writeFile(join(folder, 'package.json'), '{"name":"x"}');
    const error = await failure(loadFolder(folder, { name: 'own' }));
    expect(error).toMatchObject({ code: 'E_DATA_MISSING', message: expect.stringMatching(says) });
    expect(error.hint).toMatch(hint);
    const byName = await failure(loadDataset('mnist', { dataDir: folder }));
    expect(byName).toMatchObject({ code: 'E_DATA_MISSING', message: expect.stringMatching(says) });
    const asFolder = await failure(loadDataset(join(folder, name)));
    expect(asFolder).toMatchObject({
      code: 'E_DATA_UNREADABLE',
      message: expect.stringMatching(/not a folder/),
    });
  });

  it.each(['cat/1.png', 'dog.JPG'])(
    'with pictures (%s) gives an error with the source that reads them',
    async (name) => {
      const folder = temporaryFolder();
      await mkdir(dirname(join(folder, name)), { recursive: true });
      await writeFile(join(folder, name), 'x');
      const error = await failure(loadFolder(folder, { name: 'own' }));
      expect(error).toMatchObject({
        code: 'E_DATA_MISSING',
        message: expect.stringContaining(`It holds pictures: ${name}.`),
        hint: expect.stringContaining('--dataset images'),
      });
    },
  );

  it('gives an error that lists several folders to choose from', async () => {
    const root = temporaryFolder();
    await writeSet(join(root, 'MNIST', 'raw'), smallSet());
    await writeSet(join(root, 'KMNIST', 'raw'), smallSet(2));
    expect(await failure(loadFolder(root, { name: 'own' }))).toMatchObject({
      code: 'E_DATA_AMBIGUOUS',
      message: expect.stringMatching(/KMNIST\/raw.*MNIST\/raw/),
      hint: expect.stringMatching(/--data-dir .*KMNIST\/raw/),
    });
  });
});

describe('a known set that bbb does not have', () => {
  it.each([
    ['kmnist', /codh\.rois\.ac\.jp/],
    ['EMNIST', /emnist-letters/],
    ['emnist-digits', /prefix=emnist-digits.*transpose=true/],
    ['qmnist', /idx2-int/],
    ['CIFAR-10', /colour/],
    ['cifar_100', /colour/],
  ])('%s gives an error that says where its files are and what to type', async (name, says) => {
    expect(whereToGet(name)).toMatch(says);
    expect(whereToGet(name)).toContain('--dataset idx --data-dir DIR');
    expect(await failure(loadDataset(name, { env: {}, download: false }))).toMatchObject({
      code: 'E_DATA_UNKNOWN',
      hint: expect.stringMatching(says),
    });
  });

  it.each(['FashionMNIST', 'fmnist', 'fashion_mnist'])('%s is recognised as another spelling', (name) => {
    expect(whereToGet(name)).toContain('fashion-mnist');
  });

  it('other names give no such error', () => expect(whereToGet('nonsense')).toBeUndefined());
});

describe('any bytes', () => {
  const start = fc.constantFrom<number[]>(
    [],
    [0, 0, 8, 3, 0, 0, 0, 30],
    [0, 0, 13, 2, 0, 0, 0, 30],
    [0, 0, 14, 4],
    [0x1f, 0x8b, 8, 0x1c],
    [0x50, 0x4b, 3, 4],
    [...text('<html')],
    [...text('{"a":')],
    [0xff, 0xfe],
  );
  const file = fc
    .tuple(start, fc.uint8Array({ maxLength: 700 }), fc.boolean())
    .map(([head, rest, gz]) => (gz ? gzipSync(Buffer.of(...head, ...rest)) : Buffer.of(...head, ...rest)));

  it('in the files of a set give a set, or one coded error that names a file', async () => {
    const folder = temporaryFolder();
    let run = 0;
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...FILE_ROLES), file, async (role, content) => {
        const dir = await writeSet(join(folder, String(run++)), { ...smallSet(), [role]: content });
        const got = await loadFolder(dir, { name: 'own' }).catch((error: unknown) => error);
        if (!(got instanceof Error)) return;
        expect(got).toMatchObject({ name: 'DataError', code: expect.stringMatching(/^E_DATA_/) });
        expect(got.message).toContain(fileName(role));
        // The content of a file must not move the cursor or break a line.
        expect(got.message).toMatch(/^\P{Cc}+$/u);
      }),
      { numRuns: 300 },
    );
  });

  it('as names of files are ignored, or refused with a code', async () => {
    const folder = temporaryFolder();
    const part = fc.constantFrom(
      'train',
      't10k',
      'TEST',
      '-',
      '.',
      'images',
      'labels',
      'idx3',
      'ubyte',
      '.gz',
      'a',
    );
    let run = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(part, { minLength: 1, maxLength: 9 }),
        fc.boolean(),
        async (parts, isFolder) => {
          const dir = await writeSet(join(folder, String(run++)), {});
          const name = `x${parts.join('')}`;
          await (isFolder ? mkdir(join(dir, name)) : writeFile(join(dir, name), IMAGES));
          expect(await failure(loadFolder(dir, { name: 'own' }))).toMatchObject({ name: 'DataError' });
        },
      ),
      { numRuns: 100 },
    );
  });
});

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DataError, loadDataset, loadFolder, parseNpy, type FileRole } from 'mnist-data-loader';
import { failure, fileName, idx, published, smallSet, writeSet } from '../support/idx-files.js';
import { temporaryFolder } from '../support/folders.js';

const SOURCE = 'folder/x_train.npy';

/**
 * A file, written from the description of the format: padding in the header lets the data begin at a multiple of
 * 64.
 */
function npy(
  descr: string,
  shape: readonly number[],
  data: Uint8Array,
  version = 1,
  fortran = false,
): Buffer {
  const sizes = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const text = `{'descr': '${descr}', 'fortran_order': ${fortran ? 'True' : 'False'}, 'shape': (${sizes}), }`;
  const lead = version === 1 ? 10 : 12;
  const padded = `${text.padEnd(Math.ceil((lead + text.length + 1) / 64) * 64 - lead - 1)}\n`;
  const length = Buffer.alloc(lead - 8);
  if (version === 1) length.writeUInt16LE(padded.length);
  else length.writeUInt32LE(padded.length);
  return Buffer.concat([
    Buffer.from('\x93NUMPY', 'latin1'),
    Buffer.of(version, 0),
    length,
    Buffer.from(padded),
    data,
  ]);
}

/** NumPy's codes of types, each with a function that writes one value, and the values. */
const TYPES: readonly [
  code: string,
  size: number,
  write: (view: DataView, at: number, value: number, little: boolean) => void,
  values: readonly number[],
][] = [
  ['u1', 1, (view, at, value) => view.setUint8(at, value), [0, 255]],
  ['b1', 1, (view, at, value) => view.setUint8(at, value), [0, 1]],
  ['i1', 1, (view, at, value) => view.setInt8(at, value), [-128, 127]],
  ['u2', 2, (view, at, value, little) => view.setUint16(at, value, little), [1, 65535]],
  ['i2', 2, (view, at, value, little) => view.setInt16(at, value, little), [-2, 32767]],
  ['u4', 4, (view, at, value, little) => view.setUint32(at, value, little), [1, 4294967295]],
  ['i4', 4, (view, at, value, little) => view.setInt32(at, value, little), [-2, 2147483647]],
  ['i8', 8, (view, at, value, little) => view.setBigInt64(at, BigInt(value), little), [-9, 2 ** 50]],
  ['u8', 8, (view, at, value, little) => view.setBigUint64(at, BigInt(value), little), [9, 2 ** 50]],
  ['f4', 4, (view, at, value, little) => view.setFloat32(at, value, little), [0.5, -1.25]],
  ['f8', 8, (view, at, value, little) => view.setFloat64(at, value, little), [0.1, -1e300]],
];

describe('NumPy arrays', () => {
  it.each(TYPES)('of %s are read in both byte orders and every version', (code, size, write, values) => {
    for (const [order, little] of [
      ['<', true],
      ['>', false],
      ['=', true],
      ['|', true],
    ] as const) {
      const view = new DataView(new ArrayBuffer(values.length * size));
      values.forEach((value, i) => write(view, i * size, value, little));
      for (const version of [1, 2, 3]) {
        const file = npy(order + code, [values.length], new Uint8Array(view.buffer), version);
        const { shape, data } = parseNpy(file, SOURCE);
        expect([shape, [...data]]).toEqual([[values.length], values]);
      }
    }
  });

  it('in column-major order are put in row-major order', () => {
    const shape = [2, 3, 4];
    const at = (i: number, j: number, k: number): number => 100 * i + 10 * j + k;
    const column: number[] = [];
    const row: number[] = [];
    for (let k = 0; k < 4; k++)
      for (let j = 0; j < 3; j++) for (let i = 0; i < 2; i++) column.push(at(i, j, k));
    for (let i = 0; i < 2; i++) for (let j = 0; j < 3; j++) for (let k = 0; k < 4; k++) row.push(at(i, j, k));
    const { data } = parseNpy(npy('|u1', shape, Uint8Array.from(column), 1, true), SOURCE);
    expect([...data]).toEqual(row);
  });

  it('that NumPy 2 wrote are read, from the bytes of a real file', () => {
    // np.save(f, np.arange(6, dtype='<u2').reshape(2, 3))
    const real = Buffer.from(
      '934e554d5059010076007b276465736372273a20273c7532272c2027666f727472616e5f6f72646572273a2046616c73652c20277368617065273a2028322c2033292c207d' +
        '20'.repeat(58) +
        '0a000001000200030004000500',
      'hex',
    );
    const { shape, type, data } = parseNpy(real, SOURCE);
    expect([shape, type, [...data]]).toEqual([[2, 3], 'uint16', [0, 1, 2, 3, 4, 5]]);
  });

  it.each([
    ['objects', npy('|O', [3], new Uint8Array(24)), /"\|O"/],
    ['texts', npy('<U5', [3], new Uint8Array(60)), /"<U5"/],
    ['half floats', npy('<f2', [3], new Uint8Array(6)), /"<f2"/],
    ['cut', npy('|u1', [30], new Uint8Array(29)), /truncated/],
    ['too long', npy('|u1', [30], new Uint8Array(31)), /too long/],
    ['a header that announces too many bytes', npy('<f8', [2 ** 31, 2 ** 31], new Uint8Array(8)), /limit/],
    ['cut off in its header', npy('|u1', [3], new Uint8Array(3)).subarray(0, 40), /within its header/],
    ['cut off before its header', Buffer.from('\x93NUMPY\x01', 'latin1'), /not a whole/],
  ])('of %s are refused', (_title, file, says) => {
    expect(() => parseNpy(file, SOURCE)).toThrow(
      expect.objectContaining({
        code: 'E_DATA_NPY',
        message: expect.stringMatching(says),
        hint: expect.any(String),
      }),
    );
  });

  it('with any bytes give an array or a coded error', () => {
    const good = npy('<u2', [3, 4], new Uint8Array(24));
    const changed = fc
      .tuple(fc.nat(good.length - 1), fc.nat(255), fc.nat(good.length))
      .map(([at, byte, end]) => {
        const file = Buffer.from(good);
        file[at] = byte;
        return file.subarray(0, end < 6 ? good.length : end);
      });
    fc.assert(
      fc.property(changed, (file) => {
        try {
          const { shape, data } = parseNpy(file, SOURCE);
          expect(data.length).toBe(shape.reduce((a, b) => a * b, 1));
        } catch (error) {
          if (!(error instanceof DataError)) throw error;
          expect(error.message).toMatch(/^\P{Cc}+$/u);
        }
      }),
      { numRuns: 1000 },
    );
  });
});

describe('a folder of NumPy arrays', () => {
  const names: Readonly<Record<FileRole, string>> = {
    'train-images': 'x_train.npy',
    'train-labels': 'y_train.npy',
    't10k-images': 'x_test.npy',
    't10k-labels': 'y_test.npy',
  };
  const write = async (name: (role: FileRole) => string): Promise<string> => {
    const dir = temporaryFolder();
    for (const [role, file] of Object.entries(smallSet()) as [FileRole, Buffer][]) {
      const dimensions = file[3]!;
      const shape = Array.from({ length: dimensions }, (_, i) => file.readUInt32BE(4 + 4 * i));
      await writeFile(join(dir, name(role)), npy('|u1', shape, file.subarray(4 + 4 * dimensions)));
    }
    return dir;
  };

  it.each([
    ["those of Keras' mnist.npz", (role: FileRole) => names[role]],
    [
      'train_images.npy and so on',
      (role: FileRole) => `${role.replace('t10k', 'test').replace('-', '_')}.npy`,
    ],
    ['names of IDX files', fileName],
  ])('named as %s is the same set as IDX files, with the same hashes', async (_title, name) => {
    const dir = await write(name);
    const same = await loadFolder(await writeSet(temporaryFolder(), smallSet()), { name: 'own' });
    const set = await loadFolder(dir, { name: 'own' });
    expect({ ...set, source: '' }).toEqual({ ...same, source: '' });
    // The hashes are those of the published set, so the loader recognises it.
    const known = await loadDataset(published(smallSet()), { dataDir: dir, env: {}, download: false });
    expect(known.name).toBe('tiny');
  });

  it("may have labels of type int64, NumPy's default", async () => {
    const dir = await write((role) => names[role]);
    const data = Buffer.alloc(8 * 30);
    for (let i = 0; i < 30; i++) data.writeBigInt64LE(BigInt(i % 3), 8 * i);
    await writeFile(join(dir, 'y_train.npy'), npy('<i8', [30], data));
    const set = await loadFolder(dir, { name: 'own', classes: 10 });
    expect([...set.train.labels.subarray(0, 4)]).toEqual([0, 1, 2, 0]);
  });

  it('that lacks a file is refused with its name', async () => {
    const dir = temporaryFolder();
    await writeFile(join(dir, 'x_train.npy'), npy('|u1', [2, 1, 1], Uint8Array.of(1, 2)));
    await writeFile(join(dir, 't10k-labels-idx1-ubyte'), idx([1], Uint8Array.of(1)));
    expect(await failure(loadFolder(dir, { name: 'own' }))).toMatchObject({
      code: 'E_DATA_MISSING',
      message: expect.stringMatching(/lacks train-labels-idx1-ubyte\[.gz\], t10k-images/),
    });
  });
});

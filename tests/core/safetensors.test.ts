import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  CheckpointError,
  decodeSafetensors,
  encodeSafetensors,
  writeFileAtomic,
  writeFileOnce,
  type SafeTensor,
} from '@bbb/core';
import { temporaryFolder } from '../support/folders.js';

let folder: string;
beforeEach(() => (folder = temporaryFolder()));

const sample: Record<string, SafeTensor> = {
  'layers.0.weight.rho': { dtype: 'F32', shape: [2, 2], data: Float32Array.of(-Infinity, NaN, -0, 1e-45) },
  mask: { dtype: 'U8', shape: [3], data: Uint8Array.of(1, 0, 1) },
  counts: { dtype: 'I32', shape: [1], data: Int32Array.of(-7) },
  '12': { dtype: 'F64', shape: [], data: Float64Array.of(Math.PI) },
  empty: { dtype: 'U32', shape: [0, 5], data: new Uint32Array() },
};

const tensors = fc.dictionary(
  fc.string({ minLength: 1 }).filter((name) => name !== '__metadata__' && name !== '__proto__'),
  fc.oneof(
    fc
      .array(fc.float(), { maxLength: 9 })
      .map((v): SafeTensor => ({ dtype: 'F32', shape: [v.length], data: Float32Array.from(v) })),
    fc
      .uint8Array({ maxLength: 9 })
      .map((data): SafeTensor => ({ dtype: 'U8', shape: [1, data.length], data: Uint8Array.from(data) })),
  ),
  { noNullPrototype: true },
);

describe('safetensors', () => {
  it('round-trips bits, infinities, NaN and negative zero included', () => {
    fc.assert(
      fc.property(
        tensors,
        fc.dictionary(fc.string(), fc.string(), { noNullPrototype: true }),
        (contents, metadata) => {
          const read = decodeSafetensors(encodeSafetensors(contents, metadata));
          expect(read.tensors).toEqual(contents);
          expect(read.metadata).toEqual(metadata);
        },
      ),
    );
    expect(decodeSafetensors(encodeSafetensors(sample)).tensors).toEqual(sample);
  });

  it('gives the same bytes for any order of the tensors', () => {
    const reversed = Object.fromEntries(Object.entries(sample).toReversed());
    expect(encodeSafetensors(reversed, { b: '1', a: '2' })).toEqual(
      encodeSafetensors(sample, { a: '2', b: '1' }),
    );
  });

  it('is read by a Python program written from the format description', () => {
    const path = join(folder, 'x.safetensors');
    const script = `
import json, struct, sys
raw = open(sys.argv[1], 'rb').read()
n = struct.unpack('<Q', raw[:8])[0]
assert n % 8 == 0
header = json.loads(raw[8:8 + n])
meta = header.pop('__metadata__')
codes = {'F64': 'd', 'F32': 'f', 'I32': 'i', 'U32': 'I', 'U8': 'B'}
out = {}
for name, t in header.items():
    a, b = t['data_offsets']
    code = codes[t['dtype']]
    assert (8 + n + a) % struct.calcsize(code) == 0
    out[name] = [repr(v) for v in struct.unpack('<%d%s' % ((b - a) // struct.calcsize(code), code), raw[8 + n + a:8 + n + b])]
print(json.dumps({'meta': meta, 'tensors': out}))
`;
    return writeFileAtomic(path, encodeSafetensors(sample, { format: 'x' })).then(() => {
      const read = JSON.parse(execFileSync('python3', ['-c', script, path], { encoding: 'utf8' })) as unknown;
      expect(read).toEqual({
        meta: { format: 'x' },
        tensors: {
          'layers.0.weight.rho': ['-inf', 'nan', '-0.0', '1.401298464324817e-45'],
          mask: ['1', '0', '1'],
          counts: ['-7'],
          '12': ['3.141592653589793'],
          empty: [],
        },
      });
    });
  });

  it('gives a coded error or a whole file for random and mutated bytes, and never crashes', () => {
    const whole = encodeSafetensors(sample, { format: 'x' });
    const attempt = (bytes: Uint8Array): void => {
      try {
        decodeSafetensors(bytes);
      } catch (error) {
        expect(error).toBeInstanceOf(CheckpointError);
      }
    };
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), attempt), { numRuns: 500 });
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.nat(255), fc.nat(whole.length), (at, byte, length) => {
        const mutated = whole.slice(0, length);
        if (at < length) mutated[at] = byte;
        attempt(mutated);
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    ['truncated', (b: Uint8Array) => b.slice(0, -1), 'outside the file'],
    ['with a tail', (b: Uint8Array) => Uint8Array.of(...b, 0), 'belong to no tensor'],
    ['with a huge header', (b: Uint8Array) => b.map((v, i) => (i < 7 ? 255 : v)), 'header claims'],
    ['empty', () => new Uint8Array(), 'only 0 bytes'],
  ])('says what is wrong with a file %s', (_name, damage, text) => {
    expect(() => decodeSafetensors(damage(encodeSafetensors(sample)))).toThrow(
      expect.objectContaining({ code: 'E_CHECKPOINT_DAMAGED', message: expect.stringContaining(text) }),
    );
  });

  it('refuses tensors whose shape does not fit', () => {
    expect(() => encodeSafetensors({ w: { dtype: 'F32', shape: [3], data: new Float32Array(2) } })).toThrow(
      expect.objectContaining({ code: 'E_CHECKPOINT_TENSOR' }),
    );
  });
});

describe('atomic files', () => {
  it('replace a file, or keep the first one, and leave no temporary file', async () => {
    const path = join(folder, 'result.json');
    expect(await writeFileOnce(path, 'first')).toBe(true);
    expect(await writeFileOnce(path, 'second')).toBe(false);
    expect(readFileSync(path, 'utf8')).toBe('first');
    await writeFileAtomic(path, 'third');
    expect(readFileSync(path, 'utf8')).toBe('third');
    await expect(writeFileAtomic(join(folder, 'missing', 'x'), 'y')).rejects.toMatchObject({
      code: 'ENOENT',
    });
    expect(readdirSync(folder)).toEqual(['result.json']);
  });
});

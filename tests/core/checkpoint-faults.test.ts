import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  CheckpointError,
  decodeSafetensors,
  encodeSafetensors,
  readSafetensors,
  writeSafetensors,
  type SafeTensor,
} from '@bbb/core';
import { temporaryFolder } from '../support/folders.js';

let folder: string;
beforeEach(() => (folder = temporaryFolder()));

/** Makes a file with this header text and this number of data bytes, without using the package. */
function file(header: string | Buffer, dataBytes: number): Uint8Array {
  const text = Buffer.from(header);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([length, text, Buffer.alloc(dataBytes)]);
}

const entry = (dtype: string, shape: string, offsets: string): string =>
  `{"dtype":"${dtype}","shape":${shape},"data_offsets":${offsets}}`;

describe('hostile headers', () => {
  const a = entry('F32', '[1]', '[0,4]');
  const cases: [string, Uint8Array, string][] = [
    ['a name twice', file(`{"a":${a},"a":${a}}`, 4), '"a" twice'],
    ['a name twice, once escaped', file(`{"a":${a},"\\u0061" :${a}}`, 4), '"a" twice'],
    ['metadata twice', file(`{"__metadata__":{},"__metadata__":{},"a":${a}}`, 4), '"__metadata__" twice'],
    ['a metadata key twice', file(`{"__metadata__":{"k":"1","k":"2"},"a":${a}}`, 4), '"k" twice'],
    [
      'a field twice',
      file(`{"a":{"dtype":"F32","dtype":"U8","shape":[1],"data_offsets":[0,4]}}`, 4),
      '"dtype" twice',
    ],
    ['metadata that is not text', file(`{"__metadata__":{"k":1},"a":${a}}`, 4), 'not a map of strings'],
    ['metadata that is a list', file(`{"__metadata__":["k"],"a":${a}}`, 4), 'not a map of strings'],
    ['an overlap', file(`{"a":${a},"b":${entry('F32', '[1]', '[0,4]')}}`, 4), 'overlap'],
    ['a partial overlap', file(`{"a":${a},"b":${entry('F32', '[1]', '[2,6]')}}`, 6), 'overlap'],
    ['a gap', file(`{"a":${a},"b":${entry('U8', '[1]', '[5,6]')}}`, 6), 'gap at byte 4'],
    ['a gap at the start', file(`{"b":${entry('U8', '[1]', '[1,2]')}}`, 2), 'gap at byte 0'],
    ['data that belong to no tensor', file('{}', 3), '3 bytes at its end'],
    ['a range that ends before it starts', file(`{"a":${entry('F32', '[1]', '[4,0]')}}`, 4), 'outside'],
    ['a range beyond the file', file(`{"a":${entry('F32', '[2]', '[0,8]')}}`, 4), 'outside'],
    ['a shape that does not fit', file(`{"a":${entry('F32', '[2]', '[0,4]')}}`, 4), 'do not fit'],
    [
      'a shape that overflows',
      file(`{"a":${entry('F32', '[4294967296,4294967296,1]', '[0,4]')}}`, 4),
      'do not fit',
    ],
    ['a shape with a negative size', file(`{"a":${entry('F32', '[-1,-1]', '[0,4]')}}`, 4), 'malformed'],
    ['a shape with a fraction', file(`{"a":${entry('F32', '[0.5,2]', '[0,4]')}}`, 4), 'malformed'],
    ['an unknown type', file(`{"a":${entry('F7', '[1]', '[0,4]')}}`, 4), 'unknown element type F7'],
    [
      'a type that is a member of every object',
      file(`{"a":${entry('constructor', '[1]', '[0,4]')}}`, 4),
      'unknown element type',
    ],
    ['an extra field', file(`{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"x":1}}`, 4), 'malformed'],
    ['a list as the header', file('[]', 0), 'not a JSON object'],
    ['a byte order mark', file(`\uFEFF{"a":${a}}`, 4), 'not JSON'],
    ['white space first', file(` {"a":${a}}`, 4), 'not a JSON object'],
    [
      'broken UTF-8',
      file(Buffer.concat([Buffer.from('{"'), Buffer.of(0xff), Buffer.from(`":${a}}`)]), 4),
      'not JSON',
    ],
    ['a million brackets', file(`{"a":${'['.repeat(1e6)}${']'.repeat(1e6)}}`, 0), 'malformed'],
  ];
  it.each(cases)('are refused: %s', (_title, bytes, message) => {
    expect(() => decodeSafetensors(bytes)).toThrow(
      expect.objectContaining({ code: 'E_CHECKPOINT_DAMAGED', message: expect.stringContaining(message) }),
    );
  });

  it('may have spaces, any order, names of the prototype, and sizes of zero', () => {
    const json = `{ "b" : ${entry('F32', '[ 1 ]', '[1,5]')}, "__proto__":${entry('U8', '[1]', '[0,1]')}, "e":${entry('F64', '[0,7]', '[1,1]')} }   `;
    const { tensors } = decodeSafetensors(file(json, 5));
    expect(Object.keys(tensors).toSorted()).toEqual(['__proto__', 'b', 'e']);
    expect(tensors['e']).toEqual({ dtype: 'F64', shape: [0, 7], data: new Float64Array() });
    const again = decodeSafetensors(encodeSafetensors(tensors, Object.fromEntries([['__proto__', 'x']])));
    expect(Object.keys(again.tensors).toSorted()).toEqual(['__proto__', 'b', 'e']);
    expect(Object.entries(again.metadata)).toEqual([['__proto__', 'x']]);
  });

  it('allocate no memory for thousands of tensors that all claim the whole file', () => {
    const size = 4_000_000;
    const claim = entry('U8', `[${size}]`, `[0,${size}]`);
    const bytes = file(`{${Array.from({ length: 1000 }, (_, i) => `"${i}":${claim}`).join(',')}}`, size);
    const before = process.resourceUsage().maxRSS;
    expect(() => decodeSafetensors(bytes)).toThrow(CheckpointError);
    expect((process.resourceUsage().maxRSS - before) * 1024).toBeLessThan(50e6);
  });
});

describe('safetensors bytes', () => {
  it('keep the payload of a NaN', () => {
    const bits = Uint32Array.of(0x7fc00001, 0xffc12345, 0x7f800001, 0xff800000, 0x80000000);
    const w: SafeTensor = { dtype: 'F32', shape: [5], data: new Float32Array(bits.buffer) };
    const read = decodeSafetensors(encodeSafetensors({ w })).tensors['w']!;
    expect(new Uint32Array(read.data.buffer)).toEqual(bits);
  });

  it('are read from and written out of views at any offset', () => {
    const w: SafeTensor = {
      dtype: 'F64',
      shape: [2],
      data: new Float64Array(new Float64Array([9, 1, 2, 9]).buffer, 8, 2),
    };
    const bytes = encodeSafetensors({ w });
    const shifted = new Uint8Array(bytes.length + 3);
    shifted.set(bytes, 3);
    expect(decodeSafetensors(shifted.subarray(3)).tensors['w']!.data).toEqual(Float64Array.of(1, 2));
  });

  it("contain no name or text that other readers can't read", () => {
    const data = new Uint8Array(1);
    for (const write of [
      () => encodeSafetensors({ 'half \ud800': { dtype: 'U8', shape: [1], data } }),
      () => encodeSafetensors({}, { note: '\udc00 half' }),
      () => encodeSafetensors({ __metadata__: { dtype: 'U8', shape: [1], data } }),
      () => encodeSafetensors({ w: { dtype: 'U8', shape: [-1, -1], data } }),
    ]) {
      expect(write).toThrow(expect.objectContaining({ code: 'E_CHECKPOINT_TENSOR' }));
    }
    const emoji = { '\u{1f600}': { dtype: 'U8', shape: [1], data } as const };
    expect(decodeSafetensors(encodeSafetensors(emoji)).tensors).toEqual(emoji);
  });
});

describe('files', () => {
  const w: SafeTensor = { dtype: 'F32', shape: [2], data: Float32Array.of(1, -Infinity) };

  it('are written and read back', async () => {
    const path = join(folder, 'x.safetensors');
    await writeSafetensors(path, { w }, { format: 'x' });
    expect(await readSafetensors(path)).toEqual({ tensors: { w }, metadata: { format: 'x' } });
    expect(readdirSync(folder)).toEqual(['x.safetensors']);
  });

  it('that are missing, damaged, folders or devices give errors with their names', async () => {
    const path = join(folder, 'x.safetensors');
    const refused = async (at: string, code: string): Promise<void> => {
      await expect(readSafetensors(at)).rejects.toMatchObject({ code, message: expect.stringContaining(at) });
    };
    await refused(path, 'E_CHECKPOINT_MISSING');
    writeFileSync(path, 'not a checkpoint');
    await refused(path, 'E_CHECKPOINT_DAMAGED');
    await refused(join(path, 'below'), 'E_CHECKPOINT_MISSING');
    await refused(folder, 'E_CHECKPOINT_UNREADABLE');
    symlinkSync('/dev/zero', join(folder, 'zero'));
    await refused(join(folder, 'zero'), 'E_CHECKPOINT_UNREADABLE');
  });
});

const node = ['--import=tsx'];
const fixture = (name: string): string => new URL(`fixtures/${name}.ts`, import.meta.url).pathname;

describe('a process that dies while it writes', () => {
  it.each([1, 2, 5])('by kill -9 in the write after write number %i leaves a whole file', async (writes) => {
    const path = join(folder, 'checkpoint');
    const size = 2_000_000;
    const child = spawn(process.execPath, [...node, fixture('write-alternately'), path, String(size)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    for (let written = 0; written < writes;) {
      const [dots] = (await once(child.stdout, 'data')) as [Buffer];
      written += dots.length;
    }
    child.kill('SIGKILL');
    await once(child, 'exit');
    const left = readFileSync(path);
    expect(left.length).toBe(size);
    expect(new Set(left).size).toBe(1);
  });
});

describe.skipIf(process.platform === 'win32')('a write that the system cuts short', () => {
  it('leaves the old file, no part of the new one, and an error', () => {
    const path = join(folder, 'checkpoint');
    writeFileSync(path, 'old');
    // A file size limit of 1 MB acts like a full disk: the first write is cut short, and the next one fails.
    const script = `trap '' XFSZ; ulimit -f 1024; exec "$0" "$@"`;
    const said = execFileSync(
      'bash',
      ['-c', script, process.execPath, ...node, fixture('write-too-much'), path],
      { encoding: 'utf8', env: { ...process.env, TSX_DISABLE_CACHE: '1' } },
    );
    expect(said.trim()).toBe('EFBIG');
    expect(readFileSync(path, 'utf8')).toBe('old');
    expect(readdirSync(folder)).toEqual(['checkpoint']);
  });
});

import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { predictWasm } from '@bbb/kernels/predict-wasm';
import { KernelError } from '../../packages/kernels/src/errors.js';
import { createHeap } from '../../packages/kernels/src/standalone/heap.js';
import { BUILD } from '../../packages/kernels/src/wasm/build.js';
import { kernelsOnHeap } from '../../packages/kernels/src/wasm/kernels.js';

const dist = new URL('../../packages/kernels/dist/', import.meta.url);
const modules: Readonly<Record<string, () => Promise<Uint8Array<ArrayBuffer>>>> = {
  'kernels.wasm': async () => new Uint8Array(await readFile(new URL('kernels.wasm', dist))),
  'predict.wasm': async () => Uint8Array.from(atob(predictWasm), (c) => c.charCodeAt(0)),
};

/** Instantiates these bytes as the package does, and returns the error. */
async function load(bytes: Uint8Array<ArrayBuffer>): Promise<KernelError | undefined> {
  const heap = createHeap(new WebAssembly.Memory({ initial: 1 }), 1 << 20);
  try {
    kernelsOnHeap(heap, await WebAssembly.compile(bytes), 'strict');
    return undefined;
  } catch (error) {
    if (error instanceof KernelError) return error;
    throw error;
  }
}

/** The bytes of i32.const n in a module: 0x41 and a signed LEB128. */
function constant(n: number): Buffer {
  const bytes = [0x41];
  for (; n < -64 || n > 63; n >>= 7) bytes.push((n & 127) | 128);
  return Buffer.from([...bytes, n & 127]);
}

test.each(Object.keys(modules))('%s is refused by JavaScript of another build', async (name) => {
  const bytes = await modules[name]!();
  expect(await load(bytes)).toBeUndefined();

  const at = Buffer.from(bytes).indexOf(constant(BUILD));
  expect(at).toBeGreaterThan(0);
  bytes[at + 1]! ^= 1; // the lowest bit of the number
  const refused = await load(bytes);
  expect(refused?.code).toBe('KERNEL_BUILD');
  expect(refused?.message).toContain(`got the build number ${BUILD ^ 1}, expected ${BUILD}`);
  expect(refused?.message).toContain('npm run build');
});

test('a module without a build number is refused', async () => {
  const empty = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]);
  expect(await load(empty)).toMatchObject({
    code: 'KERNEL_BUILD',
    message: expect.stringContaining('the build number none'),
  });
});

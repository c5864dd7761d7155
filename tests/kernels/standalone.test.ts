import * as fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { standaloneOps, startTfjs, wasmOps, type Ops } from '@bbb/kernels';
import { createHeap } from '../../packages/kernels/src/standalone/heap.js';
import { calls, outcomeOf } from './calls.js';
import { fingerprint, imageFingerprint } from './fingerprint.js';
import { keys, sizes } from './twins.js';

describe.each([false, true])('ops on memory of their own, fast math %s', (fastMath) => {
  let onTfjs: Ops;
  let alone: Ops;
  beforeAll(async () => {
    await startTfjs();
    onTfjs = await wasmOps({ fastMath });
    alone = await standaloneOps({ fastMath });
  });

  test.each(Object.keys(calls))('%s gives the bits of the ops in tfjs memory', (name) => {
    const few = fc.integer({ min: 1, max: 20 });
    const all = fc.record({ n: sizes, m: few, k: few, key: keys });
    fc.assert(
      fc.property(all, (given) => {
        expect(outcomeOf(name, alone, given)).toEqual(outcomeOf(name, onTfjs, given));
      }),
      { numRuns: 25, seed: 5 },
    );
  });

  test('steps of training have the same fingerprint', () => {
    expect(fingerprint(alone, 4)).toBe(fingerprint(onTfjs, 4));
    expect(imageFingerprint(alone)).toBe(imageFingerprint(onTfjs));
  });
});

test('a heap allocates blocks that do not overlap, frees them, and ends as it began', () => {
  const steps = fc.array(fc.record({ bytes: fc.integer({ min: 0, max: 200_000 }), free: fc.nat() }), {
    maxLength: 60,
  });
  fc.assert(
    fc.property(steps, (list) => {
      const memory = new WebAssembly.Memory({ initial: 1 });
      const { malloc, free } = createHeap(memory, 2 ** 32);
      const live: { at: number; bytes: number }[] = [];
      for (const step of list) {
        if (step.free % 3 === 0 && live.length > 0) free(live.splice(step.free % live.length, 1)[0]!.at);
        const at = malloc(step.bytes);
        expect(at % 64).toBe(0);
        expect(at).toBeGreaterThan(0);
        // Kernels may read one cache line after the end.
        expect(at + step.bytes + 64).toBeLessThanOrEqual(memory.buffer.byteLength);
        for (const other of live) {
          expect(at + step.bytes <= other.at || other.at + other.bytes <= at).toBe(true);
        }
        live.push({ at, bytes: step.bytes });
      }
      for (const { at } of live) free(at);
      // The whole memory is one gap again.
      expect(malloc(memory.buffer.byteLength - 128)).toBe(64);
    }),
    { numRuns: 60, seed: 1 },
  );
});

test('freed memory is used again, so the memory does not grow over many steps', async () => {
  const ops = await standaloneOps({ maximumBytes: 2 ** 21 });
  for (let i = 0; i < 200; i++) ops.free(ops.alloc([300, 300]));
  const kept = ops.alloc([200_000]);
  expect(() => ops.alloc([400_000])).toThrow(expect.objectContaining({ code: 'KERNEL_MEMORY' }) as Error);
  // The stored values survive the refused allocation.
  ops.write(kept, new Float32Array(200_000).fill(3));
  expect(ops.read(kept)[199_999]).toBe(3);
});

test('a wrong operand, shape or limit gives an error with a code', async () => {
  const [ops, others] = [await standaloneOps(), await standaloneOps()];
  const coded = (code: string): Error => expect.objectContaining({ code }) as Error;
  const [x, y] = [ops.alloc([4]), ops.alloc([4])];
  expect(() => ops.copy(x, others.alloc([4]))).toThrow(coded('KERNEL_TYPE'));
  expect(() => ops.read({ shape: [4] })).toThrow(coded('KERNEL_TYPE'));
  ops.free(y);
  ops.free(y);
  expect(() => ops.copy(x, y)).toThrow(coded('KERNEL_DISPOSED'));
  for (const shape of [[-1], [1.5], [NaN], [2 ** 31, 2 ** 31]])
    expect(() => ops.alloc(shape)).toThrow(coded('KERNEL_SHAPE'));
  for (const maximumBytes of [0, NaN, 2 ** 33])
    await expect(standaloneOps({ maximumBytes })).rejects.toThrow(coded('KERNEL_MEMORY'));
});

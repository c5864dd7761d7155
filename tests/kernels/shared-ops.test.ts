import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { convGeometry, standaloneOps, startTfjs, wasmOps, type Ops } from '@bbb/kernels';
import { sharedOps } from '../../packages/kernels/src/standalone/shared.js';
import { watched } from '../../packages/kernels/src/threads/spawn.js';
import { calls, outcomeOf } from './calls.js';
import { fingerprint, imageFingerprint } from './fingerprint.js';
import { keys } from './twins.js';

const coded = (code: string): Error => expect.objectContaining({ code }) as Error;

describe.each(['strict', 'relaxed'] as const)('ops of several threads, %s', (variant) => {
  let alone: Ops;
  let shared: Ops;
  beforeAll(async () => {
    await startTfjs();
    alone = await wasmOps({ fastMath: variant === 'relaxed' });
    // Threads share every operation, even a small one.
    shared = await sharedOps(variant, { maximumBytes: 2 ** 30, threads: 1, worth: 0 });
  });
  afterAll(() => shared.threads!.close());

  test.each(Object.keys(calls))('%s gives the bits of one thread', (name) => {
    const sizes = fc.oneof(fc.integer({ min: 1, max: 90 }), fc.constantFrom(511, 513, 1030, 2050));
    const some = fc.integer({ min: 1, max: 40 });
    const threads = fc.integer({ min: 1, max: 4 });
    fc.assert(
      fc.property(fc.record({ n: sizes, m: some, k: some, key: keys }), threads, (given, count) => {
        shared.threads!.use(count);
        expect(outcomeOf(name, shared, given)).toEqual(outcomeOf(name, alone, given));
      }),
      { numRuns: 8, seed: 7 },
    );
  });

  test.each([2, 3, 4])('steps of training by %d threads have the same fingerprint', (count) => {
    shared.threads!.use(count);
    expect(fingerprint(shared, 4)).toBe(fingerprint(alone, 4));
    expect(imageFingerprint(shared)).toBe(imageFingerprint(alone));
  });
});

test('numbers that are not finite do not depend on the threads either', async () => {
  const shared = await sharedOps('strict', { maximumBytes: 2 ** 26, threads: 1, worth: 0 });
  const [m, n, k] = [37, 50, 21];
  const product = (count: number): Uint32Array => {
    shared.threads!.use(count);
    const [out, a, b] = [shared.alloc([m, n]), shared.alloc([m, k]), shared.alloc([k, n])];
    // Only the last rows of a have values, so only the whole matrix tells whether skipping zeros is worthwhile.
    shared.write(
      a,
      Float32Array.from({ length: m * k }, (_, i) => (i > 30 * k ? 1 : 0)),
    );
    shared.write(
      b,
      Float32Array.from({ length: n * k }, (_, i) => (i % 7 === 0 ? Infinity : i)),
    );
    shared.matmul(out, a, b);
    return new Uint32Array((shared.read(out) as Float32Array).buffer);
  };
  const alone = product(1);
  for (const count of [2, 3, 4]) expect(product(count)).toEqual(alone);
  shared.threads!.close();
});

test('ops go on in one thread after the other threads have ended', async () => {
  const ops = await standaloneOps({ threads: 2 });
  const x = ops.alloc([100_000]);
  ops.standardNormal(x, [1, 2]);
  const drawn = ops.read(x);
  ops.threads!.close();
  expect(ops.threads!.count).toBe(1);
  ops.standardNormal(x, [1, 2]);
  expect(ops.read(x)).toEqual(drawn);
});

/** Ops whose threads run this file, after all threads have started. */
async function opsWithThreads(threads: number, file: URL): Promise<{ ops: Ops; workers: Worker[] }> {
  const workers: Worker[] = [];
  const ops = await sharedOps('strict', {
    maximumBytes: 2 ** 26,
    threads,
    worth: 0,
    spawn(start, onFailure) {
      const worker = new Worker(file, { workerData: start, execArgv: [] });
      workers.push(worker);
      return watched(worker, onFailure);
    },
  });
  await Promise.all(workers.map((worker) => once(worker, 'online')));
  return { ops, workers };
}

test('an op fails if a thread of its team has ended, and the process goes on', async () => {
  const file = new URL('../../packages/kernels/dist/threads/node-thread.js', import.meta.url);
  const { ops, workers } = await opsWithThreads(3, file);
  const x = ops.alloc([5000]);
  ops.standardNormal(x, [1, 2]);
  await workers[0]!.terminate();
  expect(() => ops.standardNormal(x, [1, 2])).toThrow(coded('KERNEL_THREADS'));
  // The other thread ends on request, although it never reads messages.
  ops.threads!.close();
  if (workers[1]!.threadId !== -1) await once(workers[1]!, 'exit');
});

test('a thread that ends in the middle of its part is noticed without the event loop', async () => {
  const { ops } = await opsWithThreads(2, new URL('dying-thread.mjs', import.meta.url));
  const x = ops.alloc([2 ** 20]);
  const draw = (): void => ops.standardNormal(x, [1, 2]);
  // The loop never returns to the event loop, which would report the end of a thread. Until the thread takes a part, this thread does all
  // parts.
  const drawUntilItFails = (): void => {
    for (;;) draw();
  };
  expect(drawUntilItFails).toThrow(/^a thread is gone: it ended in the middle of its part/);
  expect(draw).toThrow(coded('KERNEL_THREADS'));
  ops.threads!.close();
});

test.each([0, -1, 1.5, NaN, 257])('%d threads are refused', async (threads) => {
  await expect(standaloneOps({ threads })).rejects.toThrow(coded('KERNEL_THREADS'));
});

test('a part of a convolution with a single window has enough working memory', async () => {
  const shared = await sharedOps('strict', { maximumBytes: 2 ** 26, threads: 2, worth: 0 });
  const geometry = convGeometry({ input: [5, 5, 3], filters: 4, window: 5, padding: 'valid' });
  // Parts of three images each, and a last part of one.
  const [x, w, out] = [
    shared.alloc([13, 5, 5, 3]),
    shared.alloc(geometry.filter),
    shared.alloc([13, 1, 1, 4]),
  ];
  shared.standardNormal(x, [1, 2]);
  shared.standardNormal(w, [3, 4]);
  shared.convolve(out, x, w, geometry);
  // It is after the working memory of the threads.
  const near = shared.alloc([2 ** 19]);
  shared.convolve(out, x, w, geometry);
  const made = shared.read(out);
  shared.threads!.use(1);
  shared.convolve(out, x, w, geometry);
  expect(made).toEqual(shared.read(out));
  expect(shared.read(near).every((value) => value === 0)).toBe(true);
  shared.threads!.close();
});

import { startBackend } from '@bbb/core';
import type { Ops } from '@bbb/kernels';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { registry, sharingOps, trained, trainedInPieces, trialOf, type Kind } from './support/threads.js';

let today: Ops;
let shared: readonly [Ops, Ops];
beforeAll(async () => {
  today = await startBackend();
  shared = [await sharingOps(1), await sharingOps(2)];
});
afterAll(() => shared.forEach(({ threads }) => threads!.close()));

const methods = registry.list('methods').map(({ name }) => name);

describe.each<Kind>(['mlp', 'cnn'])('%s', (kind) => {
  it.each(methods)('%s: 1, 2, 3 and 4 threads give the same checkpoint, also in pieces', async (method) => {
    const trial = trialOf(method, kind);
    const expected = await trained(today, trial, kind);
    for (const count of [1, 2, 3, 4]) {
      shared[0].threads!.use(count);
      expect([count, await trained(shared[0], trial, kind)]).toEqual([count, expected]);
    }
    for (const stopAfter of [1, 2]) {
      expect(await trainedInPieces(shared, trial, kind, [2, 4, 1, 3], stopAfter)).toBe(expected);
    }
  });
});

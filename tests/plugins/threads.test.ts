import { startBackend } from '@bbb/core';
import type { Ops } from '@bbb/kernels';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { sharingOps, trained, trainedInPieces, trialOf, type Kind } from './support/threads.js';

// tests/plugins/threads-all.test.ts covers all methods.
const METHODS: readonly (readonly [string, Kind])[] = [
  ['sgd', 'cnn'],
  ['dropout', 'mlp'],
  ['bbb-mixture', 'mlp'],
  ['sparse-vd', 'cnn'],
];

let today: Ops;
let shared: readonly [Ops, Ops];
beforeAll(async () => {
  today = await startBackend();
  shared = [await sharingOps(1), await sharingOps(2)];
});
afterAll(() => shared.forEach(({ threads }) => threads!.close()));

it.each(METHODS)('%s, %s: the checkpoint does not depend on the threads', async (method, kind) => {
  const trial = trialOf(method, kind);
  const expected = await trained(today, trial, kind);
  expect(await trainedInPieces(shared, trial, kind, [3, 1, 4, 2], 2)).toBe(expected);
});

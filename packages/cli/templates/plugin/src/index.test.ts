import { deepEqual } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { prunerChecks } from '@bbb/contract';
import plugin, { scoreOf } from './index.js';

describe('my-pruner', () => {
  // What every pruner promises: a finite score for each weight, the same ones again, exact shares.
  for (const { name, run } of prunerChecks(plugin.pruners!['my-pruner']!)) it(name, run);

  // This part tests what this pruner computes: the expected numbers are worked out by hand.
  it('scores by abs(w), relative to the mean of the layer', () => {
    deepEqual(scoreOf(Float32Array.of(-1, 0, 2), true), Float32Array.of(1, 0, 2));
    deepEqual(scoreOf(Float32Array.of(-2, 0, 4), true), Float32Array.of(1, 0, 2));
    deepEqual(scoreOf(Float32Array.of(-2, 0, 4), false), Float32Array.of(2, 0, 4));
    deepEqual(scoreOf(Float32Array.of(0, 0), true), Float32Array.of(0, 0));
  });
});

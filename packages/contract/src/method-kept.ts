import assert from 'node:assert/strict';
import { cloneParams, disposeParams } from '@bbb/core';
import type { Ops } from '@bbb/kernels';
import { assertSame } from './assert-same.js';
import type { CheckOnBench } from './method-bench.js';
import { readAll } from './toy.js';

/** Checks the parameters that a method has in addition to those that steps change: see `epochEnd` and `finish` of a trainer. */
export function keptChecks(check: CheckOnBench, ops: Ops): void {
  check('finish is a pure function of the trained parameters, and does not change them', (bench) => {
    const { model, state, trainer } = bench;
    if (!trainer.finish) return;
    bench.train(3);
    const trained = readAll(ops, state.params);
    const copy = cloneParams(ops, state.params);
    bench.finish(state.params);
    const finished = readAll(ops, state.params);
    for (const name of Object.keys(state.moments))
      assertSame(finished[name], trained[name], `finish() must not change the trained parameter ${name}`);
    bench.finish(state.params);
    assertSame(readAll(ops, state.params), finished, 'A second finish() must change nothing');
    bench.finish(copy);
    assertSame(readAll(ops, copy), finished, 'finish() must give equal results for equal parameters');
    disposeParams(ops, copy);
    for (const { mu, sigma } of model.posterior(state.params))
      assert.ok(
        [...mu, ...(sigma ?? [])].every(Number.isFinite),
        'posterior() must give finite numbers after finish(), and some are not finite',
      );
  });

  check('epochEnd does not change the trained parameters', (bench) => {
    const { state, trainer } = bench;
    if (!trainer.epochEnd) return;
    bench.train(1, { of: 4 });
    const moved = (): Record<string, number[]> => {
      const all = readAll(ops, state.params);
      return Object.fromEntries(Object.keys(state.moments).map((name) => [name, all[name]!]));
    };
    const before = moved();
    trainer.epochEnd(state, { epoch: 3, epochs: 4, key: [1, 2] });
    assertSame(moved(), before, 'epochEnd() must not change the parameters that steps train');
    assert.ok(
      Object.values(readAll(ops, state.params))
        .flat()
        .every((value) => !Number.isNaN(value)),
      'epochEnd() must give no NaN, and some parameter is NaN',
    );
  });
}

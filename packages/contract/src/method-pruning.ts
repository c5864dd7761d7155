import assert from 'node:assert/strict';
import {
  flatMoments,
  isMemberDraw,
  oneNetwork,
  prune,
  rootKey,
  selectKeep,
  weightsOf,
  type KeepMasks,
  type Model,
  type Params,
} from '@bbb/core';
import type { Ops } from '@bbb/kernels';
import { assertSame } from './assert-same.js';
import { ADAM, MOMENTUM, withNetwork, type Bench, type CheckOnBench } from './method-bench.js';
import { readAll } from './toy.js';

/** Checks that pruned weights are zero directly after pruning, and stay zero while the other weights are trained. */
export function pruningChecks(check: CheckOnBench, ops: Ops): void {
  check(
    'a pruned weight is exactly zero in the tensors of every draw, and other weights do not change',
    (bench) => {
      const { model, state } = bench;
      bench.train(5);
      const keep = halfOf(model, state.params);
      const before = Object.fromEntries(model.posterior(state.params).map(({ name, mu }) => [name, mu]));
      const draw = oneNetwork(model, rootKey(7));
      const outputs = bench.outputs(state.params, draw);
      prune(ops, model, state.params, keep);
      assert.notDeepEqual(
        bench.outputs(state.params, draw),
        outputs,
        'A model with half of its weights pruned must give other outputs, and it gave the same',
      );
      assertPruned(ops, model, state.params, keep);
      for (const { name, mu } of model.posterior(state.params)) {
        assertSame(
          mu,
          before[name]!.map((m, i) => (keep[name]![i] ? m : 0)),
          `Pruning must set the pruned elements of mu of ${name} to 0, and must change no other element`,
        );
      }
      const after = readAll(ops, state.params);
      prune(ops, model, state.params, keep);
      assertSame(readAll(ops, state.params), after, 'Pruning again with the same masks must change nothing');
    },
  );

  check('prune refuses a name that no weight has, and changes nothing', ({ model, state }) => {
    const before = readAll(ops, state.params);
    const keep = { ...halfOf(model, state.params), 'no such weight': new Uint8Array(1) };
    assert.throws(() => prune(ops, model, state.params, keep), { code: 'E_PRUNE_NAME' });
    assertSame(readAll(ops, state.params), before, 'A refused prune() must change no parameter');
  });

  for (const optimizer of [MOMENTUM, ADAM])
    check(
      `pruned weights stay zero over 100 steps of fine-tuning with ${optimizer.kind}`,
      (bench) => checkFinetuning(ops, bench),
      { optimizer },
    );

  // Without masks, a method may train pruned weights away from zero.
  check('further training without masks gives no NaN', (bench) => {
    const { model, state } = bench;
    prune(ops, model, state.params, halfOf(model, state.params));
    bench.train(1);
    const values = model.posterior(state.params).flatMap(({ mu, sigma }) => [...mu, ...(sigma ?? [])]);
    assert.ok(
      !values.some(Number.isNaN),
      'Training without masks must give no NaN, and posterior() has a NaN',
    );
  });
}

function checkFinetuning(ops: Ops, bench: Bench): void {
  const { model, state } = bench;
  bench.train(3);
  const keep = halfOf(model, state.params);
  prune(ops, model, state.params, keep);
  bench.train(34, { keep, from: 3 });
  assertPruned(ops, model, state.params, keep);
  const survivors = model.posterior(state.params).flatMap(({ mu, sigma }) => [...mu, ...(sigma ?? [])]);
  assert.ok(
    survivors.every(Number.isFinite),
    'posterior() must give finite numbers after fine-tuning, and some are not finite',
  );
  for (const { name, weight, pruned } of model.params) {
    const mask = weight === undefined ? undefined : keep[weight];
    if (!mask) continue;
    assertRemoved(ops.read(state.params[name]!), mask, pruned, name);
    for (const [moment, x] of Object.entries(flatMoments({ [name]: state.moments[name] ?? {} })))
      assertRemoved(ops.read(x), mask, 0, `The moment ${moment}`);
  }
}

/** Checks that every element that the mask removes is `pruned`. */
function assertRemoved(values: ArrayLike<number>, mask: Uint8Array, pruned: number, name: string): void {
  const wrong = mask.findIndex((kept, i) => kept !== 1 && values[i] !== pruned);
  assert.ok(
    wrong < 0,
    `${name} must be ${pruned} where weights are pruned, and element ${wrong} is ${values[wrong]}`,
  );
}

function halfOf(model: Model, params: Params): KeepMasks {
  const scored = model.posterior(params).map(({ name, mu }) => ({ name, scores: mu.map(Math.abs) }));
  return selectKeep(scored, 0.5, 'global');
}

function assertPruned(ops: Ops, model: Model, params: Params, keep: KeepMasks): void {
  for (const draw of [...(model.hasMean === false ? [] : ['mean' as const]), ...model.draws(2, rootKey(1))]) {
    withNetwork(model, params, draw, (network) => {
      for (const { name, of = name, member } of weightsOf(model)) {
        if (member !== undefined && !(isMemberDraw(draw) && draw.member === member)) continue;
        assertRemoved(ops.read(network.weights[of]!), keep[name]!, 0, `${name} of a drawn network`);
      }
    });
  }
}

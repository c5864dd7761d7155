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
      assert.notDeepEqual(bench.outputs(state.params, draw), outputs);
      assertPruned(ops, model, state.params, keep);
      for (const { name, mu } of model.posterior(state.params)) {
        mu.forEach((m, i) => assert.equal(m, keep[name]![i] ? before[name]![i] : 0));
      }
      const after = readAll(ops, state.params);
      prune(ops, model, state.params, keep);
      assert.deepEqual(readAll(ops, state.params), after, 'pruning twice changes nothing');
    },
  );

  check('prune refuses a name that no weight has, and changes nothing', ({ model, state }) => {
    const before = readAll(ops, state.params);
    const keep = { ...halfOf(model, state.params), 'no such weight': new Uint8Array(1) };
    assert.throws(() => prune(ops, model, state.params, keep), { code: 'E_PRUNE_NAME' });
    assert.deepEqual(readAll(ops, state.params), before);
  });

  for (const optimizer of [MOMENTUM, ADAM]) {
    const body = (bench: Bench): void => {
      const { model, state } = bench;
      bench.train(3);
      const keep = halfOf(model, state.params);
      prune(ops, model, state.params, keep);
      bench.train(34, { keep, from: 3 });
      assertPruned(ops, model, state.params, keep);
      const survivors = model.posterior(state.params).flatMap(({ mu, sigma }) => [...mu, ...(sigma ?? [])]);
      assert.ok(survivors.every(Number.isFinite));
      for (const { name, weight, pruned } of model.params) {
        const mask = weight === undefined ? undefined : keep[weight];
        if (!mask) continue;
        ops.read(state.params[name]!).forEach((value, i) => assert.ok(mask[i] === 1 || value === pruned));
        for (const [moment, x] of Object.entries(flatMoments({ [name]: state.moments[name] ?? {} })))
          ops.read(x).forEach((value, i) => assert.ok(mask[i] === 1 || value === 0, `${moment}[${i}]`));
      }
    };
    check(`pruned weights stay zero over 100 steps of fine-tuning with ${optimizer.kind}`, body, {
      optimizer,
    });
  }

  // Without masks, a method may train pruned weights away from zero.
  check('further training without masks gives no NaN', (bench) => {
    const { model, state } = bench;
    prune(ops, model, state.params, halfOf(model, state.params));
    bench.train(1);
    const values = model.posterior(state.params).flatMap(({ mu, sigma }) => [...mu, ...(sigma ?? [])]);
    assert.ok(!values.some(Number.isNaN));
  });
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
        const mask = keep[name]!;
        const values = ops.read(network.weights[of]!);
        mask.forEach((kept, i) => assert.ok(kept === 1 || values[i] === 0, `${name}[${i}] = ${values[i]}`));
      }
    });
  }
}

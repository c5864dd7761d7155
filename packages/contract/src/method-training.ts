import assert from 'node:assert/strict';
import { flatMoments, fold, rootKey, type Params } from '@bbb/core';
import type { Ops } from '@bbb/kernels';
import { assertSame } from './assert-same.js';
import { finiteDifferences } from './finite-differences.js';
import { KEY, PLAIN, type Bench, type CheckOnBench } from './method-bench.js';
import { readAll, toyData, type ToyKind } from './toy.js';

/** Most epochs that a method may need to learn the toy problem. */
const LONGEST = 25;

/**
 * Checks the training steps of a method. The gradients are checked on float64 ops only.
 * @param newBench makes another bench, with the same options as that of a check
 */
export function trainingChecks(check: CheckOnBench, ops: Ops, kind: ToyKind, newBench: () => Bench): void {
  const momentsOf = momentsOn(ops);
  check('step trains in place, counts its steps, and is a pure function of state, batch and key', (bench) => {
    const before = readAll(ops, bench.state.params);
    const tensors = Object.values(bench.state.params);
    bench.train(3);
    assertSame(bench.state.step, 3 * bench.batches.length, 'step() must add 1 to state.step');
    assertSame(
      Object.values(bench.state.params),
      tensors,
      'step() must write into the tensors of the state, and must not replace them',
    );
    const after = readAll(ops, bench.state.params);
    // Parameters that steps do not change have no moments.
    for (const name of Object.keys(bench.state.moments))
      assert.notDeepEqual(
        after[name],
        before[name],
        `Training must change ${name}, which has moments, and it did not`,
      );
    const again = newBench();
    again.train(3);
    assertSame(readAll(ops, again.state.params), after, 'A repeated training must give the same parameters');
    assertSame(momentsOf(again), momentsOf(bench), 'A repeated training must give the same moments');
    again.tearDown();
  });

  check('another trainer goes on from the same state to the same bits', (bench) => {
    bench.train(2, { of: 4 });
    const resumed = newBench();
    const copy = (to: Params, from: Params): void => {
      for (const [name, x] of Object.entries(from)) ops.copy(to[name]!, x);
    };
    copy(resumed.state.params, bench.state.params);
    copy(flatMoments(resumed.state.moments), flatMoments(bench.state.moments));
    resumed.state.step = bench.state.step;
    bench.train(2, { from: 2 });
    resumed.train(2, { from: 2 });
    assertSame(
      readAll(ops, resumed.state.params),
      readAll(ops, bench.state.params),
      'A resumed training must give the same parameters as one without a break',
    );
    assertSame(
      momentsOf(resumed),
      momentsOf(bench),
      'A resumed training must give the same moments as one without a break',
    );
    resumed.tearDown();
  });

  stepsCheck(check, ops, newBench);

  // Enough data to outweigh a prior. For convolutions on the reference ops, which are slow, it would be too much.
  if (ops.name !== 'reference' || kind !== 'cnn')
    check('training learns the toy problem', learns, { data: toyData(KEY, 1000, kind), batchSize: 50 });

  costChecks(check, ops);
}

function learns(bench: Bench): void {
  const before = bench.meanNll();
  let after = before;
  for (let epoch = 0; epoch < LONGEST && after >= 0.7 * before; epoch += 5) {
    bench.train(5, { from: epoch });
    after = bench.meanNll();
  }
  assert.ok(
    after < 0.7 * before,
    `Training must lower the NLL per example from ${before} to less than ${0.7 * before} within ${LONGEST} epochs, and it is ${after}`,
  );
}

function costChecks(check: CheckOnBench, ops: Ops): void {
  check('complexityCost is finite, and a function of the key', ({ trainer, state }) => {
    const cost = trainer.complexityCost(state.params, rootKey(5));
    assert.ok(Number.isFinite(cost), `complexityCost() must give a finite number, and it gave ${cost}`);
    assertSame(
      trainer.complexityCost(state.params, rootKey(5)),
      cost,
      'complexityCost() must give the same number for the same key',
    );
  });

  if (ops.name === 'reference') {
    const body = ({ trainer, state, batches }: Bench): void => {
      if (!trainer.cost) return;
      finiteDifferences(ops, trainer, state, batches[1]!, fold(KEY, 'noise'));
    };
    check('step follows the gradient of cost, by finite differences', body, { optimizer: PLAIN });
  }
}

const momentsOn =
  (ops: Ops) =>
  ({ state }: Bench): ReturnType<typeof readAll> =>
    readAll(ops, flatMoments(state.moments));

function stepsCheck(check: CheckOnBench, ops: Ops, newBench: () => Bench): void {
  const momentsOf = momentsOn(ops);
  check('steps gives the same bits for several minibatches as step for one after another', (bench) => {
    if (!bench.trainer.steps) return;
    const turns = bench.batches.map((batch) => ({
      batch,
      context: { learningRate: 0.01, key: fold(KEY, 'step', batch.index), epoch: 0, epochs: 2 },
    }));
    const apart = newBench();
    const results = turns.map(({ batch, context }) => apart.trainer.step(apart.state, batch, context));
    const must = (what: string): string =>
      `steps() must give the same ${what} as step() for one minibatch after another`;
    assertSame(bench.trainer.steps(bench.state, turns), results, must('results'));
    assertSame(bench.state.step, apart.state.step, must('step count'));
    assertSame(readAll(ops, bench.state.params), readAll(ops, apart.state.params), must('parameters'));
    assertSame(momentsOf(bench), momentsOf(apart), must('moments'));
    apart.tearDown();
  });
}

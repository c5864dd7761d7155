import assert from 'node:assert/strict';
import { fold, rootKey } from '@bbb/core';
import type { Ops } from '@bbb/kernels';
import { finiteDifferences } from './finite-differences.js';
import { KEY, PLAIN, type Bench, type CheckOnBench } from './method-bench.js';
import { readAll, toyData } from './toy.js';

/**
 * What a method promises about its steps. The gradients are checked on float64 ops only.
 * @param newBench another one, set up as that of a check
 */
export function trainingChecks(check: CheckOnBench, ops: Ops, newBench: () => Bench): void {
  check('step trains in place, counts, and is a pure function of state, batch and key', (bench) => {
    const before = readAll(ops, bench.state.params);
    const tensors = Object.values(bench.state.params);
    bench.train(3);
    assert.equal(bench.state.step, 3 * bench.batches.length);
    assert.deepEqual(Object.values(bench.state.params), tensors);
    const after = readAll(ops, bench.state.params);
    for (const [name, values] of Object.entries(after)) assert.notDeepEqual(values, before[name], name);
    const again = newBench();
    again.train(3);
    assert.deepEqual(readAll(ops, again.state.params), after);
    assert.deepEqual(readAll(ops, again.state.moments), readAll(ops, bench.state.moments));
    again.tearDown();
  });

  check('the state is all there is: another trainer goes on from it to the bit', (bench) => {
    bench.train(2);
    const resumed = newBench();
    for (const part of ['params', 'moments'] as const) {
      for (const [name, tensor] of Object.entries(bench.state[part])) {
        ops.copy(resumed.state[part][name]!, tensor);
      }
    }
    resumed.state.step = bench.state.step;
    bench.train(2, { from: 2 });
    resumed.train(2, { from: 2 });
    assert.deepEqual(readAll(ops, resumed.state.params), readAll(ops, bench.state.params));
    assert.deepEqual(readAll(ops, resumed.state.moments), readAll(ops, bench.state.moments));
    resumed.tearDown();
  });

  const learns = (bench: Bench): void => {
    const before = bench.meanNll();
    bench.train(25);
    const after = bench.meanNll();
    assert.ok(after < 0.7 * before, `nll per example ${before} before, ${after} after`);
  };
  // Enough data to outweigh a prior.
  check('training learns the toy problem', learns, { data: toyData(KEY, 1000), batchSize: 50 });

  check('complexityCost is finite, and a function of the key', ({ trainer, state }) => {
    const cost = trainer.complexityCost(state.params, rootKey(5));
    assert.ok(Number.isFinite(cost));
    assert.equal(trainer.complexityCost(state.params, rootKey(5)), cost);
  });

  if (ops.name === 'reference') {
    const body = ({ trainer, state, batches }: Bench): void => {
      if (!trainer.cost) return;
      finiteDifferences(ops, trainer, state, batches[1]!, fold(KEY, 'noise'));
    };
    check('step follows the gradient of cost, by finite differences', body, { optimizer: PLAIN });
  }
}

import assert from 'node:assert/strict';
import { oneNetwork, rootKey } from '@bbb/core';
import type { Ops } from '@bbb/kernels';
import { memory } from '@tensorflow/tfjs-core';
import type { Bench, CheckOnBench } from './method-bench.js';

/**
 * Checks that a method frees the tensors that it makes, by the count of tfjs. Nothing is checked on the reference ops, whose operands the
 * garbage collector frees.
 * @param newBench makes another bench, with the same options as that of a check
 */
export function memoryChecks(check: CheckOnBench, ops: Ops, newBench: () => Bench): void {
  if (ops.name === 'reference') return;
  check('networks, steps and the trainer leave no tensor behind', () => {
    leavesNothing('a method that is disposed of, with its state,', () => {
      const bench = newBench();
      const { model, trainer, state } = bench;
      try {
        for (const draw of [oneNetwork(model, rootKey(0)), ...model.draws(2, rootKey(1))])
          leavesNothing('a network that is drawn, run and disposed of', () =>
            bench.outputs(state.params, draw),
          );
        leavesNothing('posterior', () => model.posterior(state.params));
        // The trainer may keep buffers for each batch size.
        bench.train(1);
        trainer.complexityCost(state.params, rootKey(2));
        leavesNothing('an epoch after the first', () => bench.train(1, { from: 1 }));
        leavesNothing('finish', () => bench.finish(state.params));
        leavesNothing('complexityCost', () => trainer.complexityCost(state.params, rootKey(3)));
      } finally {
        bench.tearDown();
      }
    });
  });
}

function leavesNothing(what: string, run: () => void): void {
  const before = memory().numTensors;
  run();
  const left = memory().numTensors - before;
  assert.equal(left, 0, `${what} left ${left} tensors behind, and it must leave none`);
}

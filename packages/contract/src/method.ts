import assert from 'node:assert/strict';
import { fold, rootKey, type Method } from '@bbb/core';
import type { Ops } from '@bbb/kernels';
import type { Check } from './check.js';
import { finiteDifferences } from './finite-differences.js';
import {
  ADAM,
  KEY,
  logitsOf,
  PLAIN,
  setUp,
  withNetwork,
  type Bench,
  type CheckOnBench,
} from './method-bench.js';
import { pruningChecks } from './method-pruning.js';
import { disposeParams, readAll, toyData } from './toy.js';

export interface MethodUnderTest {
  readonly method: Method;
  /** Defaults are filled in. */
  readonly options?: unknown;
  readonly ops: Ops;
}

/** What a method promises to core, checked on a toy problem. The gradients are checked on float64 ops only. */
export function methodChecks({ method, options, ops }: MethodUnderTest): Check[] {
  const checks: Check[] = [];
  const data = toyData(KEY, 22);
  const newBench = (setting: Parameters<CheckOnBench>[2] = {}) =>
    setUp(method, options, ops, { optimizer: ADAM, data, batchSize: 8, ...setting });
  const check: CheckOnBench = (name, body, setting) => {
    checks.push({
      name,
      run() {
        const bench = newBench(setting);
        try {
          body(bench);
        } finally {
          bench.tearDown();
        }
      },
    });
  };

  check('init is a pure function of the key', ({ model }) => {
    const [a, b, c] = [1, 1, 2].map((seed) => model.init(rootKey(seed)));
    assert.deepEqual(readAll(ops, a!), readAll(ops, b!));
    assert.notDeepEqual(readAll(ops, a!), readAll(ops, c!));
    for (const params of [a!, b!, c!]) disposeParams(ops, params);
  });

  check(
    'posterior has an entry for each weight tensor, in order, with one mu (and sigma) per element',
    (bench) => {
      const { model, state } = bench;
      const posterior = model.posterior(state.params);
      assert.deepEqual(
        posterior.map(({ name, layer, role, shape }) => ({ name, layer, role, shape })),
        model.weights,
      );
      for (const { mu, sigma, shape } of posterior) {
        const size = shape.reduce((a, b) => a * b, 1);
        assert.equal(mu.length, size);
        if (sigma) {
          assert.equal(sigma.length, size);
          assert.ok(sigma.every((s) => s > 0));
        }
      }
      posterior[0]!.mu.fill(9);
      assert.ok(
        model.posterior(state.params)[0]!.mu.every((m) => m !== 9),
        'posterior gives copies',
      );
    },
  );

  check('the mean network multiplies by the posterior means', ({ model, state }) => {
    withNetwork(model, state.params, 'mean', (network) => {
      for (const { name, mu } of model.posterior(state.params)) {
        assert.deepEqual(Float32Array.from(ops.read(network.weights[name]!)), mu);
      }
    });
  });

  check('draws are a function of the key, and differ exactly if the model is stochastic', (bench) => {
    const { model, state } = bench;
    const logits = (draw: 'mean' | number) =>
      bench.logits(state.params, draw === 'mean' ? draw : rootKey(draw));
    assert.deepEqual(logits('mean'), logits('mean'));
    assert.deepEqual(logits(1), logits(1));
    const different = new Set([1, 2, 3, 4, 5, 6, 7, 8].map((seed) => logits(seed).join()));
    assert.equal(different.size > 1, model.stochastic);
    if (!model.stochastic) assert.deepEqual(logits(1), logits('mean'));
  });

  check('logits do not depend on how the data are cut into batches', ({ model, state }) => {
    withNetwork(model, state.params, rootKey(3), (network) => {
      const whole = logitsOf(ops, network, data, 0, 22);
      const parts = [...logitsOf(ops, network, data, 0, 9), ...logitsOf(ops, network, data, 9, 22)];
      assert.deepEqual(parts, whole);
    });
  });

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

  pruningChecks(check, ops);

  if (ops.name === 'reference') {
    const body = ({ trainer, state, batches }: Bench): void => {
      if (!trainer.cost) return;
      finiteDifferences(ops, trainer, state, batches[1]!, fold(KEY, 'noise'));
    };
    check('step follows the gradient of cost, by finite differences', body, { optimizer: PLAIN });
  }
  return checks;
}

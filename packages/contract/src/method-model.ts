import assert from 'node:assert/strict';
import { disposeParams, rootKey, weightsOf } from '@bbb/core';
import type { Ops } from '@bbb/kernels';
import { outputsOf, withNetwork, type CheckOnBench } from './method-bench.js';
import { readAll, type Toy } from './toy.js';

/** Checks the network of a method: initial parameters, the description of its weights, draws, and outputs. */
export function modelChecks(check: CheckOnBench, ops: Ops, data: Toy): void {
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
        posterior.map(
          ({
            mu: _mu,
            sigma: _sigma,
            prior: _prior,
            inclusion: _inclusion,
            unitNoise: _unitNoise,
            ...spec
          }) => spec,
        ),
        weightsOf(model),
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

  check('the mean network, if there is one, has the posterior means as weights', ({ model, state }) => {
    if (model.hasMean === false) return;
    withNetwork(model, state.params, 'mean', (network) => {
      for (const { name, mu } of model.posterior(state.params)) {
        assert.deepEqual(Float32Array.from(ops.read(network.weights[name]!)), mu);
      }
    });
  });

  check('draws are a function of the key, and differ exactly if the model is stochastic', (bench) => {
    // Before training, a method that draws from stored samples has no samples.
    bench.train(2);
    const { model, state } = bench;
    const outputs = (draw: 'mean' | number) =>
      bench.outputs(state.params, draw === 'mean' ? draw : rootKey(draw));
    const hasMean = model.hasMean ?? true;
    if (hasMean) assert.deepEqual(outputs('mean'), outputs('mean'));
    assert.deepEqual(outputs(1), outputs(1));
    const different = new Set([1, 2, 3, 4, 5, 6, 7, 8].map((seed) => outputs(seed).join()));
    // A model that predicts in closed form gives the mixture of all draws at once, around the same outputs.
    const closed = withNetwork(model, state.params, rootKey(1), (network) => 'outputVariances' in network);
    assert.equal(different.size > 1, model.stochastic && !closed);
    if (!model.stochastic && hasMean) assert.deepEqual(outputs(1), outputs('mean'));
    assert.deepEqual(model.draws(3, rootKey(1)), model.draws(3, rootKey(1)));
    for (const draw of model.draws(3, rootKey(1))) bench.outputs(state.params, draw);
  });

  check('outputs do not depend on how the data are cut into batches', ({ model, state }) => {
    withNetwork(model, state.params, rootKey(3), (network) => {
      const whole = outputsOf(ops, network, data, 0, 22);
      const parts = [...outputsOf(ops, network, data, 0, 9), ...outputsOf(ops, network, data, 9, 22)];
      assert.deepEqual(parts, whole);
    });
  });
}

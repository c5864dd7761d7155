import assert from 'node:assert/strict';
import { disposeParams, rootKey, weightsOf } from '@bbb/core';
import type { Ops } from '@bbb/kernels';
import { assertSame } from './assert-same.js';
import { outputsOf, withNetwork, type Bench, type CheckOnBench } from './method-bench.js';
import { readAll, type Toy } from './toy.js';

/** Checks the network of a method: initial parameters, the description of its weights, draws, and outputs. */
export function modelChecks(check: CheckOnBench, ops: Ops, data: Toy): void {
  check('init is a pure function of the key', ({ model }) => {
    const [a, b, c] = [1, 1, 2].map((seed) => model.init(rootKey(seed)));
    assertSame(readAll(ops, a!), readAll(ops, b!), 'init() must give the same parameters for the same key');
    assert.notDeepEqual(
      readAll(ops, a!),
      readAll(ops, c!),
      'init() must give other parameters for another key, and it gave the same',
    );
    for (const params of [a!, b!, c!]) disposeParams(ops, params);
  });

  check(
    'posterior has an entry for each weight tensor, in order, with one mu (and sigma) per element',
    (bench) => {
      const { model, state } = bench;
      const posterior = model.posterior(state.params);
      assertSame(
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
        'posterior() must have one entry for each weight of the model, in the same order',
      );
      for (const { name, mu, sigma, shape } of posterior) {
        const size = shape.reduce((a, b) => a * b, 1);
        assertSame(mu.length, size, `mu of ${name} must have one number for each element`);
        if (sigma) {
          assertSame(sigma.length, size, `sigma of ${name} must have one number for each element`);
          const wrong = sigma.find((s) => !(s > 0));
          assert.ok(wrong === undefined, `sigma of ${name} must be above 0, and one is ${wrong}`);
        }
      }
      posterior[0]!.mu.fill(9);
      assert.ok(
        model.posterior(state.params)[0]!.mu.every((m) => m !== 9),
        'posterior() must give copies, and a change of its mu changed the parameters',
      );
    },
  );

  check('the mean network, if there is one, has the posterior means as weights', ({ model, state }) => {
    if (model.hasMean === false) return;
    withNetwork(model, state.params, 'mean', (network) => {
      for (const { name, mu } of model.posterior(state.params)) {
        assertSame(
          Float32Array.from(ops.read(network.weights[name]!)),
          mu,
          `The weights ${name} of the mean network must be the means of posterior()`,
        );
      }
    });
  });

  check('draws are a function of the key, and differ exactly if the model is stochastic', checkDraws);

  check('outputs do not depend on how the data are cut into batches', ({ model, state }) => {
    withNetwork(model, state.params, rootKey(3), (network) => {
      const whole = outputsOf(ops, network, data, 0, 22);
      const parts = [...outputsOf(ops, network, data, 0, 9), ...outputsOf(ops, network, data, 9, 22)];
      assertSame(
        parts,
        whole,
        'Two batches of 9 and 13 rows must have the same outputs as one batch of 22 rows',
      );
    });
  });
}

function checkDraws(bench: Bench): void {
  // Before training, a method that draws from stored samples has no samples.
  bench.train(2);
  const { model, state } = bench;
  const outputs = (draw: 'mean' | number) =>
    bench.outputs(state.params, draw === 'mean' ? draw : rootKey(draw));
  const hasMean = model.hasMean ?? true;
  if (hasMean)
    assertSame(outputs('mean'), outputs('mean'), 'The mean network must give the same outputs each time');
  assertSame(outputs(1), outputs(1), 'Draws with the same key must give the same outputs');
  const different = new Set([1, 2, 3, 4, 5, 6, 7, 8].map((seed) => outputs(seed).join()));
  // A model that predicts in closed form gives the mixture of all draws at once, around the same outputs.
  const closed = withNetwork(model, state.params, rootKey(1), (network) => 'outputVariances' in network);
  assert.equal(
    different.size > 1,
    model.stochastic && !closed,
    model.stochastic && !closed
      ? 'Draws of a stochastic model must differ between keys, and they are all the same'
      : `Draws of this model must be the same for all keys, and 8 keys gave ${different.size} different outputs`,
  );
  if (!model.stochastic && hasMean)
    assertSame(
      outputs(1),
      outputs('mean'),
      'A draw of a model that is not stochastic must be its mean network',
    );
  assertSame(
    model.draws(3, rootKey(1)),
    model.draws(3, rootKey(1)),
    'draws() must give the same draws for the same key',
  );
  for (const draw of model.draws(3, rootKey(1))) bench.outputs(state.params, draw);
}

import assert from 'node:assert/strict';
import {
  fold,
  parseOptions,
  rootKey,
  selectKeep,
  type KeepMasks,
  type Method,
  type Model,
  type Network,
  type Optimizer,
  type Params,
  type Trainer,
  type TrainingState,
} from '@bbb/core';
import type { Ops } from '@bbb/kernels';
import type { Check } from './check.js';
import { finiteDifferences } from './finite-differences.js';
import {
  ARCHITECTURE,
  batchesOf,
  disposeParams,
  freeBatches,
  readAll,
  rowsOf,
  toyData,
  type Toy,
} from './toy.js';

export interface MethodUnderTest {
  readonly method: Method;
  /** Defaults are filled in. */
  readonly options?: unknown;
  readonly ops: Ops;
}

const ADAM: Optimizer = { kind: 'adam', learningRate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };
const MOMENTUM: Optimizer = { kind: 'sgd', learningRate: 0.05, momentum: 0.9 };
const PLAIN: Optimizer = { kind: 'sgd', learningRate: 1, momentum: 0 };
const KEY = rootKey(11);

/** What a method promises to core, checked on a toy problem. The gradients are checked on float64 ops only. */
export function methodChecks({ method, options, ops }: MethodUnderTest): Check[] {
  const checks: Check[] = [];
  const data = toyData(KEY, 22);
  const check = (name: string, body: (bench: Bench) => void, optimizer: Optimizer = ADAM): void => {
    checks.push({
      name,
      run() {
        const bench = setUp(method, options, ops, optimizer, data);
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
    const again = setUp(method, options, ops, ADAM, data);
    again.train(3);
    assert.deepEqual(readAll(ops, again.state.params), after);
    assert.deepEqual(readAll(ops, again.state.moments), readAll(ops, bench.state.moments));
    again.tearDown();
  });

  check('the state is all there is: another trainer goes on from it to the bit', (bench) => {
    bench.train(2);
    const resumed = setUp(method, options, ops, ADAM, data);
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

  checks.push({
    name: 'training learns the toy problem',
    run() {
      // Enough data to outweigh a prior.
      const bench = setUp(method, options, ops, ADAM, toyData(KEY, 1000), 50);
      try {
        const before = bench.meanNll();
        bench.train(25);
        const after = bench.meanNll();
        assert.ok(after < 0.7 * before, `nll per example ${before} before, ${after} after`);
      } finally {
        bench.tearDown();
      }
    },
  });

  check('complexityCost is finite, and a function of the key', ({ trainer, state }) => {
    const cost = trainer.complexityCost(state.params, rootKey(5));
    assert.ok(Number.isFinite(cost));
    assert.equal(trainer.complexityCost(state.params, rootKey(5)), cost);
  });

  check('a pruned weight is exactly zero in the tensors of every draw, and the others stay', (bench) => {
    const { model, state } = bench;
    bench.train(5);
    const keep = halfOf(model, state.params);
    const before = Object.fromEntries(model.posterior(state.params).map(({ name, mu }) => [name, mu]));
    const logits = bench.logits(state.params, 'mean');
    model.prune(state.params, keep);
    assert.notDeepEqual(bench.logits(state.params, 'mean'), logits);
    assertPruned(ops, model, state.params, keep);
    for (const { name, mu } of model.posterior(state.params)) {
      mu.forEach((m, i) => assert.equal(m, keep[name]![i] ? before[name]![i] : 0));
    }
    const after = readAll(ops, state.params);
    model.prune(state.params, keep);
    assert.deepEqual(readAll(ops, state.params), after, 'pruning twice changes nothing');
  });

  for (const optimizer of [MOMENTUM, ADAM]) {
    const body = (bench: Bench): void => {
      const { model, state } = bench;
      bench.train(3);
      const keep = halfOf(model, state.params);
      model.prune(state.params, keep);
      bench.train(34, { keep, from: 3 });
      assertPruned(ops, model, state.params, keep);
      const survivors = model.posterior(state.params).flatMap(({ mu, sigma }) => [...mu, ...(sigma ?? [])]);
      assert.ok(survivors.every(Number.isFinite));
      const masks = Object.entries(keep);
      for (const [moment, tensor] of Object.entries(state.moments)) {
        const mask = masks.find(([name]) => moment.startsWith(`${name}.`))?.[1];
        if (!mask) continue;
        ops.read(tensor).forEach((value, i) => assert.ok(mask[i] === 1 || value === 0, `${moment}[${i}]`));
      }
    };
    check(`pruned weights stay zero over 100 steps of fine-tuning with ${optimizer.kind}`, body, optimizer);
  }

  // Without masks a method may revive pruned weights.
  check('training on without masks gives nothing that is not a number', (bench) => {
    const { model, state } = bench;
    model.prune(state.params, halfOf(model, state.params));
    bench.train(1);
    const values = model.posterior(state.params).flatMap(({ mu, sigma }) => [...mu, ...(sigma ?? [])]);
    assert.ok(!values.some(Number.isNaN));
  });

  if (ops.name === 'reference') {
    const body = ({ trainer, state, batches }: Bench): void => {
      if (!trainer.cost) return;
      finiteDifferences(ops, trainer, state, batches[1]!, fold(KEY, 'noise'));
    };
    check('step follows the gradient of cost, by finite differences', body, PLAIN);
  }
  return checks;
}

interface Bench {
  readonly model: Model;
  readonly trainer: Trainer;
  readonly state: TrainingState;
  readonly batches: ReturnType<typeof batchesOf>;
  train(epochs: number, options?: { readonly keep?: KeepMasks; readonly from?: number }): void;
  logits(params: Params, draw: Parameters<Model['draw']>[1]): number[];
  /** Of the mean network, nats per example. */
  meanNll(): number;
  tearDown(): void;
}

function setUp(
  method: Method,
  options: unknown,
  ops: Ops,
  optimizer: Optimizer,
  data: Toy,
  batchSize = 8,
): Bench {
  const parsed = parseOptions('method', method.options, options ?? {});
  const { model, trainer } = method.create(parsed, { architecture: ARCHITECTURE, ops, optimizer, batchSize });
  const state = trainer.init(model.init(fold(KEY, 'init')));
  const batches = batchesOf(ops, data, batchSize);
  const { learningRate } = optimizer;
  return {
    model,
    trainer,
    state,
    batches,
    train(epochs, { keep, from = 0 } = {}) {
      for (let epoch = from; epoch < from + epochs; epoch++) {
        for (const batch of batches) {
          const key = fold(KEY, 'step', epoch, batch.index);
          const result = trainer.step(state, batch, { learningRate, key, ...(keep ? { keep } : {}) });
          assert.ok(
            Number.isFinite(result.nll) && result.correct >= 0 && result.correct <= batch.labels.length,
          );
        }
      }
    },
    logits: (params, draw) =>
      withNetwork(model, params, draw, (network) => logitsOf(ops, network, data, 0, data.labels.length)),
    meanNll: () =>
      withNetwork(model, state.params, 'mean', (network) => {
        const x = rowsOf(ops, data, 0, data.labels.length);
        const logits = network.logits(x, 0);
        const { nll } = ops.softmaxCrossEntropy(logits, data.labels);
        ops.free(x);
        ops.free(logits);
        return nll / data.labels.length;
      }),
    tearDown() {
      freeBatches(ops, batches);
      disposeParams(ops, state.params);
      disposeParams(ops, state.moments);
      trainer.dispose();
    },
  };
}

function withNetwork<T>(
  model: Model,
  params: Params,
  draw: Parameters<Model['draw']>[1],
  use: (network: Network) => T,
): T {
  const network = model.draw(params, draw);
  try {
    return use(network);
  } finally {
    network.dispose();
  }
}

function logitsOf(ops: Ops, network: Network, data: Toy, first: number, last: number): number[] {
  const x = rowsOf(ops, data, first, last);
  const logits = network.logits(x, first);
  const values = [...ops.read(logits)];
  ops.free(x);
  ops.free(logits);
  return values;
}

function halfOf(model: Model, params: Params): KeepMasks {
  const scored = model.posterior(params).map(({ name, mu }) => ({ name, scores: mu.map(Math.abs) }));
  return selectKeep(scored, 0.5, 'global');
}

function assertPruned(ops: Ops, model: Model, params: Params, keep: KeepMasks): void {
  for (const draw of ['mean', rootKey(1), rootKey(2)] as const) {
    withNetwork(model, params, draw, (network) => {
      for (const [name, mask] of Object.entries(keep)) {
        const values = ops.read(network.weights[name]!);
        mask.forEach((kept, i) => assert.ok(kept === 1 || values[i] === 0, `${name}[${i}] = ${values[i]}`));
      }
    });
  }
}

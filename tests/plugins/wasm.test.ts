import {
  disposeState,
  evaluate,
  fold,
  parseOptions,
  rootKey,
  startBackend,
  type Examples,
  type Method,
  type Model,
} from '@bbb/core';
import { referenceOps } from '@bbb/kernels';
import plugins, { categoricalLikelihood, mlp, network } from '@bbb/plugins';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { methodChecks, TOY_KINDS } from '@bbb/contract';
import { batchesOf, freeBatches, readAll, toyContext, toyData } from '@bbb/contract/toy';

const ops = await startBackend();

const VARIANTS: [string, object][] = [
  ['sgd', {}],
  ['dropout', { p: 0.3, pInput: 0.2 }],
  ['concrete-dropout', { p: 0.2, sigma: 2 }],
  ['dropconnect', { p: 0.3 }],
  ['bbb-gaussian', { rho0: -2, sigma: 0.5, samples: 2 }],
  ['bbb-gaussian', { rho0: -2, sigma: 0.5, estimator: 'local' }],
  ['bbb-gaussian', { rho0: -2, sigma: 0.5, estimator: 'flipout' }],
  ['bbb-mixture', { rho0: -3, pi: 0.75, sigma2: 0.1 }],
  ['bbb-laplace', { rho0: -3, scale: 0.5 }],
  ['bbb-spike-slab-lasso', { rho0: -3, pi: 0.6, slab: 1, spike: 0.2 }],
  ['sparse-vd', { rho0: -3 }],
  ['ivon', { sigma0: 0.05, sigma: 1, beta2: 0.95, samples: 2, rateScale: 1 }],
  ['map-gaussian', { sigma: 0.5 }],
  ['map-mixture', { sigma2: 0.05 }],
  ['group-jeffreys', { rho0: -2 }],
  ['spike-slab', { rho0: -2, inclusion: 0.7 }],
];

for (const [[name, options], toy] of VARIANTS.flatMap((variant) =>
  TOY_KINDS.map((kind) => [variant, kind] as const),
)) {
  const method: Method = plugins.methods![name]!;
  describe(`${name} ${JSON.stringify(options)} on ${toy} in WebAssembly`, () => {
    // No check may leave a tensor behind.
    for (const check of methodChecks({ method, options, toy, ops })) {
      it(check.name, () => {
        const before = tf.memory().numTensors;
        check.run();
        expect(tf.memory().numTensors).toBe(before);
      });
    }

    it('stays near the float64 ops, with the same noise', () => {
      const trained = [ops, referenceOps()].map((either) => {
        const optimizer = { kind: 'sgd', learningRate: 0.05, momentum: 0.9 } as const;
        const data = toyData(rootKey(2), 22, toy);
        const context = toyContext(either, data, optimizer, 8);
        const { model, trainer } = method.create(parseOptions(name, method.options, options), context);
        const state = trainer.init(model.init(rootKey(1)));
        const batches = batchesOf(either, data, 8);
        for (const batch of batches) {
          trainer.step(state, batch, { learningRate: 0.05, key: fold(rootKey(3), batch.index) });
        }
        const values = Object.values(readAll(either, state.params)).flat();
        freeBatches(either, batches);
        disposeState(either, state);
        trainer.dispose();
        return values;
      });
      trained[0]!.forEach((value, i) => expect(Math.abs(value - trained[1]![i]!)).toBeLessThan(2e-5));
    });

    it('allocates nothing once both batch sizes have been seen', () => {
      const optimizer = {
        kind: 'adam',
        learningRate: 0.01,
        beta1: 0.9,
        beta2: 0.999,
        epsilon: 1e-8,
      } as const;
      const data = toyData(rootKey(2), 22, toy);
      const context = toyContext(ops, data, optimizer, 8);
      const { model, trainer } = method.create(parseOptions(name, method.options, options), context);
      const state = trainer.init(model.init(rootKey(1)));
      const batches = batchesOf(ops, data, 8);
      const epoch = (number: number): string => {
        for (const batch of batches) {
          trainer.step(state, batch, { learningRate: 0.01, key: fold(rootKey(3), number, batch.index) });
        }
        const { numTensors, numBytes } = tf.memory();
        return `${numTensors} tensors, ${numBytes} bytes`;
      };
      const first = epoch(0);
      expect(epoch(1)).toBe(first);
      expect(epoch(2)).toBe(first);
      freeBatches(ops, batches);
      disposeState(ops, state);
      trainer.dispose();
    });
  });
}

describe('a prediction from samples', () => {
  it('averages probabilities, not logits or log-probabilities, without the mean network', () => {
    // Two members, three classes. Averaged probabilities choose class 0, averaged log-probabilities class 1, averaged logits class 2.
    const members = [
      [5, 1, 0],
      [-10, 1, 2.5],
    ];
    const architecture = mlp.create({ hidden: [], activation: 'relu' }, { inputShape: [1], outputs: 3 });
    const likelihood = categoricalLikelihood(3);
    const logitsOf = (bias: readonly number[]) => {
      const weights = { 'layers.0.weight': ops.alloc([1, 3]), 'layers.0.bias': ops.alloc([3]) };
      ops.write(weights['layers.0.bias'], bias);
      return network({ ops, architecture, likelihood }, weights);
    };
    let drawn = 0;
    const model = {
      architecture,
      stochastic: true,
      draws: (count, key) => Array.from({ length: count }, () => key),
      draw: (_params, draw) => logitsOf(draw === 'mean' ? [0, 0, 9] : members[drawn++ % 2]!),
    } satisfies Partial<Model> as unknown as Model;
    const examples: Examples = {
      features: Uint8Array.of(0),
      targets: Uint8Array.of(0),
      inputShape: [1],
      rows: Uint32Array.of(0),
      preprocessing: { input: { kind: 'divide', divisor: 1 } },
    };
    const { evaluations } = evaluate(
      { ops, model, likelihood },
      {},
      { test: examples, outOfDistribution: {} },
      2,
      rootKey(0),
    );

    const softmax = (z: readonly number[]): number[] => {
      const sum = z.reduce((a, b) => a + Math.exp(b), 0);
      return z.map((value) => Math.exp(value) / sum);
    };
    const [a, b] = members.map(softmax);
    const mean = a!.map((p, i) => (p + b![i]!) / 2);
    const sampled = evaluations.find(({ predict }) => predict === 'samples')!;
    expect(sampled.metrics.nll).toBeCloseTo(-Math.log(mean[0]!), 5);
    const geometric = a!.map((p, i) => Math.sqrt(p * b![i]!));
    const logits = members[0]!.map((z, i) => (z + members[1]![i]!) / 2);
    const best = (values: readonly number[]): number => values.indexOf(Math.max(...values));
    expect(best(mean)).toBe(0);
    expect(best(geometric)).not.toBe(0);
    expect(best(logits)).not.toBe(0);
    expect(sampled.metrics.accuracy).toBe(1);
  });
});

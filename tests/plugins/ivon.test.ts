import { fold, parseOptions, rootKey, uniform, type Method } from '@bbb/core';
import { referenceOps } from '@bbb/kernels';
import { batchesOf, toyContext, toyData, type ToyKind } from '@bbb/contract/toy';
import plugins from '@bbb/plugins';
import { describe, expect, it } from 'vitest';

const ops = referenceOps();
const KEY = rootKey(17);
const method: Method = plugins.methods!['ivon']!;

function made(toy: ToyKind, options: Record<string, unknown>) {
  const data = toyData(KEY, 16, toy);
  const optimizer = { kind: 'sgd', learningRate: 1, momentum: 0 } as const;
  const context = toyContext(ops, data, optimizer, 8);
  const { model, trainer } = method.create(parseOptions('ivon', method.options, options), context);
  const state = trainer.init(model.init(KEY));
  return { data, model, trainer, state, batch: batchesOf(ops, data, 8)[1]! };
}

describe.each(['mlp', 'cnn', 'regression'] as const)('a step of IVON on %s', (toy) => {
  it('moves the means along the gradient of nll + klWeight KL / M, by finite differences', () => {
    // Without momentum, and with a constant Hessian, the variance is sigma0^2, and the step is one of gradient descent.
    const klWeight = 0.7;
    const { data, model, trainer, state, batch } = made(toy, {
      sigma0: 0.1,
      sigma: 0.6,
      beta1: 0,
      beta2: 1 - 1e-13,
      klWeight,
      rateScale: 1,
    });
    const key = fold(KEY, 'step');
    const cost = (): number => {
      // The noise of the step's only draw.
      const network = model.draw(state.params, fold(key, 'sample', 0));
      const outputs = network.outputs(batch.x);
      const { nll } = data.likelihood.nll(ops, outputs, batch.targets, network.likelihood);
      const kl = trainer.complexityCost(state.params, key);
      return (batch.batches / batch.examples) * (nll + (klWeight * kl) / batch.batches);
    };
    const h = 1e-5;
    const slopes = model.params
      .filter(({ name }) => !name.endsWith('.variance'))
      .map(({ name }) => {
        const tensor = state.params[name]!;
        const start = ops.read(tensor);
        const direction = Array.from(uniform(fold(KEY, name), start.length, -1, 1));
        const at = (step: number): number => {
          ops.write(
            tensor,
            start.map((value, i) => value + step * direction[i]!),
          );
          return cost();
        };
        const slope = (at(h) - at(-h)) / (2 * h);
        ops.write(tensor, start);
        return { name, start, direction, slope };
      });
    trainer.step(state, batch, { learningRate: 1, key });
    for (const { name, start, direction, slope } of slopes) {
      const moved = ops.read(state.params[name]!);
      const stepped = direction.reduce((sum, d, i) => sum + d * (start[i]! - moved[i]!), 0);
      expect(Math.abs(stepped - slope), name).toBeLessThan(2e-6 * (1 + Math.abs(slope)));
    }
    expect(Math.max(...slopes.map(({ slope }) => Math.abs(slope)))).toBeGreaterThan(0.01);
    trainer.dispose();
  });
});

describe('the variance of IVON', () => {
  it('grows if the data say less than it assumes, but the sd by at most a factor sqrt 2 in a step', () => {
    const { model, trainer, state, batch } = made('mlp', { sigma0: 0.1, sigma: 1, beta2: 0.9, samples: 64 });
    const before = model.posterior(state.params).map(({ sigma }) => sigma![0]!);
    trainer.step(state, batch, { learningRate: 0, key: KEY });
    const after = model.posterior(state.params);
    // For most weights, 16 examples give less information than the prior's 100 = 1 / sigma0^2. So the posterior widens towards the prior,
    // by at most a factor of sqrt 2.
    const all = after.flatMap(({ sigma }, t) => Array.from(sigma!, (s) => s / before[t]!));
    expect(all.filter((ratio) => ratio > 1).length).toBeGreaterThan(0.8 * all.length);
    expect(Math.max(...all)).toBeLessThanOrEqual(Math.SQRT2 * (1 + 1e-6));
    trainer.dispose();
  });
});

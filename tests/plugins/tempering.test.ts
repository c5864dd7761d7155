import { fold, parseOptions, rootKey, trialId, type Method, type StepContext } from '@bbb/core';
import { referenceOps } from '@bbb/kernels';
import { batchesOf, readAll, toyContext, toyData } from '@bbb/contract/toy';
import plugins, { temper } from '@bbb/plugins';
import { describe, expect, it } from 'vitest';
import { smallTrial } from '../support/small-trial.js';
import { createRegistry } from '@bbb/core';

describe('the weight of the complexity cost', () => {
  const batches = 4;
  const at = (step: number, warmUp: number, more: Partial<StepContext> = {}): number =>
    temper(
      { klWeight: 0.5, klWarmUp: warmUp },
      { index: step % batches, batches },
      { epoch: Math.floor(step / batches), ...more },
    );

  it('grows linearly from 0 over the given number of epochs, then stays', () => {
    const weights = Array.from({ length: 12 }, (_, step) => at(step, 2));
    weights.forEach((weight, step) => expect(weight).toBeCloseTo(0.5 * Math.min(1, (step + 1) / 8), 12));
    expect(at(0, 0.5)).toBeCloseTo(0.25, 12);
    expect(at(1, 0.5)).toBe(0.5);
  });

  it('is 1 without a warm-up, in fine-tuning and outside of epochs', () => {
    expect(at(0, 0)).toBe(0.5);
    expect(at(0, 2, { fineTuning: true })).toBe(0.5);
    expect(temper({ klWarmUp: 3 }, { index: 0, batches })).toBe(1);
  });
});

describe('a variational method', () => {
  const ops = referenceOps();
  const KEY = rootKey(5);
  const data = toyData(KEY, 16);
  const optimizer = { kind: 'sgd', learningRate: 1, momentum: 0 } as const;

  /** The change that one plain step of gradient descent subtracts. */
  function stepOf(options: Record<string, unknown>, context: Partial<StepContext> = {}): number[] {
    const method: Method = plugins.methods!['bbb-gaussian']!;
    const parsed = parseOptions('bbb-gaussian', method.options, { rho0: -2, ...options });
    const { model, trainer } = method.create(parsed, toyContext(ops, data, optimizer, 8));
    const state = trainer.init(model.init(KEY));
    const before = Object.values(readAll(ops, state.params)).flat();
    const [batch] = batchesOf(ops, data, 8);
    trainer.step(state, batch!, { learningRate: 1, key: fold(KEY, 'step'), ...context });
    return Object.values(readAll(ops, state.params))
      .flat()
      .map((value, i) => before[i]! - value);
  }

  it('follows nll + weight KL: its step is linear in the weight, with a warm-up as without', () => {
    const [none, half, whole] = [1e-9, 0.5, 1].map((klWeight) => stepOf({ klWeight }));
    half!.forEach((value, i) => expect(value).toBeCloseTo((none![i]! + whole![i]!) / 2, 8));
    expect(stepOf({})).toEqual(whole);
    // In the first of two minibatches of the second of two epochs, the weight of the KL is 3/4.
    const warming = stepOf({ klWarmUp: 2 }, { epoch: 1 });
    warming.forEach((value, i) => expect(value).toBeCloseTo(0.25 * none![i]! + 0.75 * whole![i]!, 8));
    expect(warming).not.toEqual(whole);
    expect(stepOf({ klWarmUp: 2 }, { epoch: 1, fineTuning: true })).toEqual(whole);
  });

  it('has the same trial id as before these options existed', () => {
    const registry = createRegistry([plugins]);
    const { options } = registry.get('methods', 'bbb-mixture');
    expect(parseOptions('bbb-mixture', options, {})).not.toHaveProperty('klWeight');
    const trial = smallTrial(registry, 'bbb-mixture');
    const other = { ...trial.method, options: { ...trial.method.options, klWeight: 1 } };
    expect(trialId({ ...trial, method: other })).not.toBe(trialId(trial));
  });
});

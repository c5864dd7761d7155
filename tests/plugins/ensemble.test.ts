import {
  addMembers,
  decodeCheckpoint,
  fold,
  openCheckpoint,
  parseOptions,
  rootKey,
  runTrial,
  testExamples,
  type Draw,
} from '@bbb/core';
import { readAll, toyContext, toyData } from '@bbb/contract/toy';
import { referenceOps } from '@bbb/kernels';
import plugins from '@bbb/plugins';
import { describe, expect, it } from 'vitest';
import { smallInput, smallTrial } from '../support/small-trial.js';

describe('an ensemble on images of MNIST', () => {
  it('is better than its members on average, because they disagree', async () => {
    const input = await smallInput();
    const trial = smallTrial(input.registry, 'ensemble', { select: 'last' });
    const { checkpoint, result } = await runTrial({ ...input, trial });
    const open = openCheckpoint(decodeCheckpoint(checkpoint), input.registry, input.ops);
    const { model, likelihood, params, keys } = open;
    const examples = testExamples(input.dataset, open.data.preprocessing);
    const measured = (draws: readonly Draw[]) => {
      const accumulator = likelihood.accumulator(examples.rows.length);
      addMembers(accumulator, { ops: input.ops, model }, params, examples, draws);
      return likelihood.evaluate(accumulator.finish(), input.dataset.test.targets, {}).metrics;
    };
    const draws = model.draws(1, keys.evaluate);
    const members = draws.map((draw) => measured([draw]));
    const together = measured(draws);
    expect(together).toEqual(result.pruning[0]!.evaluations[0]!.metrics);
    const mean = (key: string): number => members.reduce((sum, one) => sum + one[key]!, 0) / members.length;
    expect(members).toHaveLength(5);
    expect(together.nll).toBeLessThan(mean('nll'));
    expect(together['accuracy']).toBeGreaterThan(mean('accuracy'));
    expect(mean('mutualInformation')).toBeCloseTo(0, 10);
    expect(together['mutualInformation']).toBeGreaterThan(0.01);
    open.dispose();
  }, 30_000);
});

describe('the members of an ensemble', () => {
  it('are trained as each would be alone, from its own initial weights and with its own noise', () => {
    const ops = referenceOps();
    const data = toyData(rootKey(4), 20);
    const optimizer = { kind: 'sgd', learningRate: 0.1, momentum: 0.9 } as const;
    const context = toyContext(ops, data, optimizer, 20);
    const one = plugins.methods!['dropout']!;
    const make = () => one.create(parseOptions('dropout', one.options, {}), context);
    const method = plugins.methods!['ensemble']!;
    const options = parseOptions('ensemble', method.options, { members: 2, of: { use: 'dropout' } });
    const whole = method.create(options, { ...context, method: make });
    const x = ops.alloc([20, 4]);
    ops.write(x, data.x);
    const batch = { x, targets: data.targets, index: 0, batches: 1, examples: 20 };

    const state = whole.trainer.init(whole.model.init(rootKey(1)));
    const alone = [0, 1].map((member) => {
      const { model, trainer } = make();
      return { trainer, member, state: trainer.init(model.init(fold(rootKey(1), 'member', member))) };
    });
    for (let step = 0; step < 5; step++) {
      const key = fold(rootKey(2), step);
      const { nll } = whole.trainer.step(state, batch, { learningRate: 0.1, key });
      const own = alone.map(({ trainer, member, state: its }) =>
        trainer.step(its, batch, { learningRate: 0.1, key: fold(key, 'member', member) }),
      );
      expect(nll).toBe((0 + own[0]!.nll + own[1]!.nll) / 2);
    }
    expect(state.step).toBe(5);
    const all = readAll(ops, state.params);
    for (const { member, state: its } of alone) {
      for (const [name, values] of Object.entries(readAll(ops, its.params)))
        expect(all[`members.${member}.${name}`]).toEqual(values);
    }
    expect(all['members.0.layers.0.weight']).not.toEqual(all['members.1.layers.0.weight']);
  });
});

import {
  cloneParams,
  createRegistry,
  decodeCheckpoint,
  definePlugin,
  disposeParams,
  fingerprint,
  openCheckpoint,
  predictWith,
  runTrial,
  startBackend,
  testExamples,
  TrialStopped,
  useSchema,
  type EpochMetrics,
  type Method,
  type Params,
  type Registry,
  type Trial,
  type TrialOutcome,
} from '@bbb/core';
import builtIns from '@bbb/plugins';
import { memory } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { tinyDataset, tinyTrial } from '../support/tiny-trial.js';

const ops = await startBackend();
const dataset = tinyDataset('mlp');
/** Each call of epochEnd as "epoch of epochs", and the number of examples of each call of finish. */
const calls: { ends: string[]; finished: number[] } = { ends: [], finished: [] };

/**
 * Wraps another method. It keeps the sum of the iterates at the ends of epochs in one more tensor for each weight,
 * and their number. After training it adds the number of examples. It predicts with the mean of the iterates.
 */
const averaging: Method<{ of: z.output<typeof useSchema> }> = {
  description: 'The mean of the iterates.',
  options: z.strictObject({ of: useSchema.default({ use: 'sgd', options: {} }) }),
  wraps: 'of',
  create({ of }, context) {
    const { model, trainer } = context.method!(of);
    const { weights } = model.architecture;
    const mean = (params: Params): Params => {
      const copy = cloneParams(ops, params);
      const count = ops.read(params['kept']!)[0]!;
      for (const { name } of weights)
        ops.write(
          copy[name]!,
          ops.read(params[`sum.${name}`]!).map((value) => value / Math.max(count, 1)),
        );
      return copy;
    };
    return {
      model: {
        ...model,
        params: [
          ...model.params,
          ...weights.map(({ name, shape }) => ({ name: `sum.${name}`, shape, weight: name, pruned: 0 })),
          { name: 'kept', shape: [2], pruned: 0 },
        ],
        init: (key) => ({
          ...model.init(key),
          ...Object.fromEntries(weights.map(({ name, shape }) => [`sum.${name}`, ops.alloc(shape)])),
          kept: ops.alloc([2]),
        }),
        draw(params, draw) {
          const copy = mean(params);
          const network = model.draw(copy, draw);
          return {
            ...network,
            dispose() {
              network.dispose();
              disposeParams(ops, copy);
            },
          };
        },
        posterior(params) {
          const copy = mean(params);
          const posterior = model.posterior(copy);
          disposeParams(ops, copy);
          return posterior;
        },
      },
      trainer: {
        ...trainer,
        init(params) {
          const moved = Object.fromEntries(model.params.map(({ name }) => [name, params[name]!]));
          return { ...trainer.init(moved), params };
        },
        step: (state, batch, step) => {
          expect(step.epochs).toBeGreaterThan(step.epoch!);
          return trainer.step(state, batch, step);
        },
        epochEnd({ params }, { epoch, epochs }) {
          calls.ends.push(`${epoch} of ${epochs}`);
          const [count = 0, finished = 0] = ops.read(params['kept']!);
          for (const { name } of weights) {
            const last = ops.read(params[name]!);
            const sum = ops.read(params[`sum.${name}`]!);
            ops.write(
              params[`sum.${name}`]!,
              sum.map((value, i) => value + last[i]!),
            );
          }
          ops.write(params['kept']!, [count + 1, finished]);
        },
        finish(params, examples) {
          calls.finished.push(examples.rows.length);
          ops.write(params['kept']!, [ops.read(params['kept']!)[0]!, examples.rows.length]);
        },
      },
    };
  },
};
const registry: Registry = createRegistry([
  builtIns,
  definePlugin({ name: 'bbb-plugin-averaging', methods: { averaging } }),
]);

const run = (trial: Trial, rest = {}): Promise<TrialOutcome> =>
  runTrial({ trial, registry, dataset, ops, ...rest });

async function interrupted(trial: Trial): Promise<TrialOutcome> {
  const epochs: EpochMetrics[] = [];
  let checkpoint = new Uint8Array();
  const hooks = {
    onEpoch(metrics: EpochMetrics, save: () => Uint8Array) {
      epochs.push(metrics);
      checkpoint = new Uint8Array(save());
    },
    shouldStop: () => epochs.length === 2,
  };
  await expect(run(trial, { hooks })).rejects.toBeInstanceOf(TrialStopped);
  return run(trial, { resume: { checkpoint, epochs } });
}

const AVERAGING = { use: 'averaging', options: { of: { use: 'sgd', options: {} } } };

describe('a method that collects values at the ends of epochs and of training', () => {
  it.each(['last', 'best'] as const)(
    'is resumed with the same bits, and stores the values of the %s epoch',
    async (select) => {
      const trial = tinyTrial('mlp', AVERAGING, { select });
      const before = memory().numTensors;
      calls.ends.length = 0;
      calls.finished.length = 0;
      const straight = await run(trial);
      // 4 epochs of training, then 2 epochs for each of the two pruned copies.
      const [dense, tuned] = [
        ['0 of 4', '1 of 4', '2 of 4', '3 of 4'],
        ['0 of 2', '1 of 2'],
      ];
      expect(calls.ends).toEqual([...dense, ...tuned, ...tuned]);
      expect(calls.finished).toEqual([48, 48, 48]);
      const resumed = await interrupted(trial);
      expect(resumed.checkpoint).toEqual(straight.checkpoint);
      expect(fingerprint(resumed.result)).toBe(fingerprint(straight.result));

      const { tensors } = decodeCheckpoint(straight.checkpoint);
      const stored = tensors[`${select === 'best' ? 'best' : 'params'}.kept`]!;
      expect([...stored.data]).toEqual([select === 'best' ? straight.result.bestEpoch : 4, 48]);
      expect(Object.keys(tensors).filter((name) => name.startsWith('moments.sum.'))).toEqual([]);
      expect(memory().numTensors).toBe(before);
    },
  );

  it('has its collected values pruned, and predicts from its checkpoint as measured', async () => {
    const { result, checkpoint } = await run(tinyTrial('mlp', AVERAGING, { select: 'last' }));
    // If the kept tensor were not masked, the mean of the iterates would revive pruned weights: E_PRUNE_REVIVED.
    expect(result.pruning.map(({ zeros }) => zeros)).toEqual(
      [0, 0.5, 0.9].map((share) => Math.floor(share * result.parameters)),
    );
    const open = openCheckpoint(decodeCheckpoint(checkpoint), registry, ops);
    const { model, likelihood, params, keys } = open;
    const test = testExamples(dataset, open.data.preprocessing);
    const predicted = predictWith(
      { ops, model, likelihood },
      params,
      test,
      { predict: 'mean' },
      keys.evaluate,
    );
    expect(likelihood.evaluate(predicted, dataset.test.targets, {}).metrics).toEqual(
      result.pruning[0]!.evaluations[0]!.metrics,
    );
    open.dispose();
  });
});

describe('a method inside another', () => {
  it('is made with its own options; errors have its own name', async () => {
    const mlp = (of: unknown): Trial => tinyTrial('mlp', { use: 'averaging', options: { of } });
    await expect(run(mlp({ use: 'sdg', options: {} }))).rejects.toMatchObject({
      code: 'E_UNKNOWN_NAME',
      hint: expect.stringContaining('sgd'),
    });
    await expect(run(mlp({ use: 'dropout', options: { p: 2 } }))).rejects.toMatchObject({
      code: 'E_OPTIONS',
      message: expect.stringContaining('"dropout"'),
    });
    await expect(run(mlp({ use: 'ensemble', options: { of: { use: 'ensemble' } } }))).rejects.toMatchObject({
      code: 'E_OPTIONS',
      message: expect.stringContaining('ensembles themselves'),
    });
  });
});

describe('an ensemble', () => {
  const trial = tinyTrial('mlp', { use: 'ensemble', options: { members: 3 } });

  it('is validated by all its members together, and each is pruned by its own scores', async () => {
    const { result } = await run({ ...trial, select: 'last' });
    const [dense, half] = result.pruning;
    const { error, nll } = dense!.validation!;
    const last = result.epochs.at(-1)!;
    expect([last.validationError, last.validationNll]).toEqual([error, nll]);
    expect(dense!.evaluations).toMatchObject([{ predict: 'samples', samples: 3 }]);
    const own = result.parameters / 3;
    expect(half!.zeros).toBe(3 * Math.floor(own / 2));
    expect(Object.values(half!.layers).reduce((sum, [, size]) => sum + size, 0)).toBe(result.parameters);
    expect(dense!.evaluations[0]!.metrics['mutualInformation']).toBeGreaterThan(0);
  });

  it('draws its members, and declares what it lacks', async () => {
    const open = openCheckpoint(decodeCheckpoint((await run(trial)).checkpoint), registry, ops);
    const { model, params, keys } = open;
    expect(model.draws(10, keys.evaluate)).toEqual([0, 1, 2].map((member) => ({ member, of: 'mean' })));
    expect(() => model.draw(params, 'mean')).toThrow(expect.objectContaining({ code: 'E_DRAW' }));
    for (const member of [3, -1, 0.5])
      expect(() => model.draw(params, { member, of: 'mean' })).toThrow(
        expect.objectContaining({ code: 'E_DRAW' }),
      );
    open.dispose();
  });
});

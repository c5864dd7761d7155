import { createRegistry, trialId, useSchema, type Method, type Plugin } from '@bbb/core';
import plugins from '@bbb/plugins';
import { parseSweepConfig, planSweep, type SweepConfigInput } from '@bbb/sweep';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';

const create: Method['create'] = () => {
  throw new Error('planning must not build a model');
};
/** Two methods: one has its own defaults for training, the other has none. */
const plugin: Plugin = {
  name: 'test',
  methods: {
    plain: {
      description: 'plain',
      options: z.strictObject({
        depth: z.number().default(3),
        nested: z.object({ a: z.number() }).optional(),
      }),
      pruner: 'first',
      create,
    },
    unsure: { description: 'unsure', options: z.strictObject({}), pruner: 'doubtful', create },
    wide: { description: 'wide', options: z.strictObject({}), pruner: 'first', hasSigma: true, create },
    eager: {
      description: 'eager',
      options: z.strictObject({}),
      pruner: 'second',
      training: { epochs: 7, optimizer: { kind: 'sgd', learningRate: 0.5, momentum: 0.9 } },
      create,
    },
    around: {
      description: 'wraps another',
      options: z.strictObject({
        members: z.number().default(5),
        of: useSchema.default({ use: 'plain', options: {} }),
      }),
      wraps: 'of',
      training: { batchSize: 16 },
      create,
    },
  },
  pruners: {
    first: {
      description: 'first',
      options: z.strictObject({ k: z.number().default(2) }),
      create: create as never,
    },
    second: { description: 'second', options: z.strictObject({}), create: create as never },
    doubtful: {
      description: 'needs to know how sure',
      options: z.strictObject({}),
      needsSigma: true,
      create: create as never,
    },
  },
  datasets: { data: { description: 'data', options: z.strictObject({}), load: create as never } },
};
const registry = createRegistry([plugin]);
const plan = (config: Partial<SweepConfigInput>) =>
  planSweep(parseSweepConfig({ dataset: { use: 'data' }, methods: [{ use: 'plain' }], ...config }), registry);
const trialOf = (config: Partial<SweepConfigInput>) => plan(config).trials[0]!.trial;
const failure = (run: () => unknown): { code: string; message: string; hint: string } => {
  try {
    run();
  } catch (error) {
    return error as never;
  }
  throw new Error('it did not fail');
};

describe('planSweep', () => {
  it('resolves names, options and defaults into complete trials', () => {
    const trial = trialOf({});
    expect(trial.method).toEqual({ use: 'plain', options: { depth: 3 } });
    expect(trial.pruning.pruners).toEqual([{ use: 'first', options: { k: 2 } }]);
    expect(trial.training.optimizer).toEqual({
      kind: 'adam',
      learningRate: 1e-3,
      beta1: 0.9,
      beta2: 0.999,
      epsilon: 1e-8,
    });
    expect(JSON.parse(JSON.stringify(trial))).toEqual(trial);
  });

  it('uses the pruner of each method if none is named', () => {
    const methods = [{ use: 'plain' }, { use: 'eager' }];
    const names = (config: Partial<SweepConfigInput>) =>
      plan({ methods, ...config }).trials.map(({ trial }) => trial.pruning.pruners.map(({ use }) => use));
    expect(names({})).toEqual([['first'], ['second']]);
    expect(names({ pruning: { pruners: [{ use: 'second' }] } })).toEqual([['second'], ['second']]);
  });

  it('fills in the options of the method inside another, and inherits what the outer one does not give', () => {
    const around = (of: object) => trialOf({ methods: [{ use: 'around', options: { of } }] });
    expect(around({ use: 'plain' }).method).toEqual({
      use: 'around',
      options: { members: 5, of: { use: 'plain', options: { depth: 3 } } },
    });
    const eager = around({ use: 'eager' });
    expect(eager.training).toMatchObject({ epochs: 7, batchSize: 16, optimizer: { kind: 'sgd' } });
    expect(eager.pruning.pruners).toEqual([{ use: 'second', options: {} }]);
    const twice = around({ use: 'around', options: { members: 2 } });
    expect(twice.method.options['of']).toMatchObject({ options: { of: { options: { depth: 3 } } } });
    // A criterion that needs standard deviations fits a method that wraps one with standard deviations.
    expect(around({ use: 'unsure' }).pruning.pruners).toEqual([{ use: 'doubtful', options: {} }]);
    const grid = { 'options.of.options.depth': [1, 2] };
    const { trials } = plan({ methods: [{ use: 'around', options: { of: { use: 'plain' } }, grid }] });
    expect(trials.map(({ trial }) => trial.method.options['of'])).toEqual(
      [1, 2].map((depth) => ({ use: 'plain', options: { depth } })),
    );
    expect(failure(() => around({ use: 'plan' }))).toMatchObject({ code: 'E_UNKNOWN_NAME' });
    expect(failure(() => around({ use: 'plain', options: { dept: 1 } })).message).toContain('"plain"');
  });

  it('lets the grid win over the entry, the entry over the sweep, the sweep over the method', () => {
    const eager = { use: 'eager' };
    expect(trialOf({ methods: [eager] }).training.epochs).toBe(7);
    const entry = { ...eager, training: { epochs: 8, batchSize: 8 } };
    expect(trialOf({ methods: [entry] }).training).toMatchObject({ epochs: 8, batchSize: 8 });
    expect(trialOf({ methods: [eager], training: { epochs: 9 } }).training.epochs).toBe(9);
    expect(
      trialOf({ methods: [entry], training: { epochs: 9, schedule: { kind: 'cosine' } } }).training,
    ).toMatchObject({ epochs: 8, batchSize: 8, schedule: { kind: 'cosine' } });
    const grid = { 'training.epochs': [10] };
    expect(trialOf({ methods: [{ ...entry, grid }], training: { epochs: 9 } }).training.epochs).toBe(10);
  });

  it('changes part of an optimiser, or starts from the defaults of another kind', () => {
    const methods = [{ use: 'eager' }];
    expect(trialOf({ methods, training: { optimizer: { learningRate: 0.25 } } }).training.optimizer).toEqual({
      kind: 'sgd',
      learningRate: 0.25,
      momentum: 0.9,
    });
    const adam = trialOf({ methods, training: { optimizer: { kind: 'adam', learningRate: 0.25 } } });
    expect(adam.training.optimizer).toEqual({
      kind: 'adam',
      learningRate: 0.25,
      beta1: 0.9,
      beta2: 0.999,
      epsilon: 1e-8,
    });
    const mixed = failure(() => trialOf({ training: { optimizer: { momentum: 0.9 } } }));
    expect(mixed.code).toBe('E_SWEEP_CONFIG');
    expect(mixed.message).toContain('momentum');
  });

  it('selects by validation error only if there are validation examples', () => {
    const error = failure(() => plan({ select: 'best', validation: 0 }));
    expect([error.code, error.hint]).toEqual(['E_SWEEP_CONFIG', expect.stringContaining('--validation')]);
    expect(trialOf({ select: 'best', validation: 1 }).select).toBe('best');
  });

  it('multiplies networks, methods, grid points and seeds; seeds outermost, the last path fastest', () => {
    const { trials } = plan({
      hidden: [[8], []],
      methods: [
        { use: 'plain', grid: { 'options.depth': [1, 2], 'options.nested.a': [5, 6] } },
        { use: 'eager', label: 'b' },
      ],
      seeds: [4, 0],
    });
    const one = ['8 depth=1 a=5', '8 depth=1 a=6', '8 depth=2 a=5', '8 depth=2 a=6', '8'];
    const other = one.map((variant) => variant.replace('8', 'linear'));
    expect(trials.map(({ variant }) => variant)).toEqual([...one, ...other, ...one, ...other]);
    expect(trials.map(({ seed }) => seed)).toEqual([...Array(10).fill(4), ...Array(10).fill(0)]);
    expect(trials[1]!.trial.method.options).toEqual({ depth: 1, nested: { a: 6 } });
    // One configuration: trials that differ only in their seed.
    expect(trials[0]!.configuration).toBe(trials[10]!.configuration);
    expect(new Set(trials.map(({ configuration }) => configuration)).size).toBe(10);
    expect(new Set(trials.map(({ id }) => id)).size).toBe(20);
    for (const { id, trial } of trials) expect(id).toBe(trialId(trial));
  });

  it('gives a trial the same id in any sweep', () => {
    const alone = plan({ seeds: [3] }).trials[0]!.id;
    const among = plan({ methods: [{ use: 'eager' }, { use: 'plain', label: 'x' }], seeds: [1, 2, 3] });
    expect(among.trials.map(({ id }) => id)).toContain(alone);
  });

  it.each<[string, Partial<SweepConfigInput>, string, string]>([
    ['an unknown method', { methods: [{ use: 'plan' }] }, 'E_UNKNOWN_NAME', 'Did you mean "plain"'],
    ['an unknown option', { methods: [{ use: 'plain', options: { dept: 1 } }] }, 'E_OPTIONS', 'dept'],
    [
      'an unknown path in a grid',
      { methods: [{ use: 'plain', grid: { 'training.epoch': [1] } }] },
      'E_SWEEP_CONFIG',
      'epoch=1',
    ],
    [
      'the same configuration twice',
      { methods: [{ use: 'plain' }, { use: 'plain', label: 'again', options: { depth: 3 } }] },
      'E_DUPLICATE_TRIAL',
      '"plain" and "again"',
    ],
  ])('refuses %s', (_what, config, code, words) => {
    const error = failure(() => plan(config));
    expect(error.code).toBe(code);
    expect(error.message + error.hint).toContain(words);
  });
});

describe('parseSweepConfig', () => {
  const minimal = { dataset: { use: 'data' }, methods: [{ use: 'plain' }] };

  it.each<[string, unknown, string]>([
    ['a misspelt member', { ...minimal, trainig: {} }, 'unknown member "trainig" (Did you mean "training"?)'],
    [
      'a member in a wrong place',
      { ...minimal, epochs: 3 },
      'unknown member "epochs" (Did you mean "training.epochs"?)',
    ],
    [
      'a member that only other places have',
      { ...minimal, use: 'sgd' },
      'unknown member "use" (known: dataset, ',
    ],
    [
      'a misspelt member of a member',
      { ...minimal, training: { optimizer: { momentun: 1 } } },
      '"training.optimizer.momentun" (Did you mean "momentum"?)',
    ],
    [
      'a misspelt member of a method',
      { ...minimal, methods: [{ use: 'plain', optoins: {} }] },
      '"methods[0].optoins" (Did you mean "options"?)',
    ],
    ['a seed twice', { ...minimal, seeds: [1, 1] }, '"seeds": seeds must be different, got [1,1]'],
    ['a label twice', { ...minimal, methods: [{ use: 'a' }, { use: 'a' }] }, 'labels must be different'],
    ['a share above 1', { ...minimal, pruning: { shares: [1.5] } }, '"pruning.shares[0]"'],
    ['no dataset', { methods: [] }, '"dataset"'],
    ['a number', 3, 'expected object'],
  ])('refuses %s', (_what, input, words) => {
    const error = failure(() => parseSweepConfig(input));
    expect(error.code).toBe('E_SWEEP_CONFIG');
    expect(error.message).toContain(words);
  });

  it('always measures the dense network and sorts the shares, so that equal sweeps are equal', () => {
    expect(parseSweepConfig({ ...minimal, pruning: { shares: [0.9, 0.5] } }).pruning.shares).toEqual([
      0, 0.5, 0.9,
    ]);
  });

  it('refuses an answer about a method or a sparsity that it does not measure', () => {
    const asked = (answer: object) => () => plan({ pruning: { shares: [0.5] }, answer });
    expect(failure(asked({ sparsity: 0.9 }))).toMatchObject({
      code: 'E_SWEEP_CONFIG',
      message: expect.stringContaining('"answer.sparsity" is 0.9'),
      hint: expect.stringContaining('0, 0.5'),
    });
    expect(failure(asked({ reference: 'plane' }))).toMatchObject({
      code: 'E_SWEEP_CONFIG',
      message: expect.stringContaining('"answer.reference" is "plane"'),
    });
    expect(
      plan({ pruning: { shares: [0.5] }, answer: { sparsity: 0.5 } }).trials.map(({ id }) => id),
    ).toEqual(plan({ pruning: { shares: [0.5] } }).trials.map(({ id }) => id));
  });

  it('takes its own output for input', () => {
    const config = parseSweepConfig(minimal);
    expect(parseSweepConfig(config)).toEqual(config);
  });

  it('gives a configuration or a coded error for any value', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.anything(), fc.record({ methods: fc.anything(), seeds: fc.anything() })),
        (input) => {
          try {
            parseSweepConfig(input);
          } catch (error) {
            expect((error as { code?: unknown }).code).toBe('E_SWEEP_CONFIG');
          }
        },
      ),
    );
  });

  it('prunes each method by the criteria that fit it', () => {
    const pruners = [{ use: 'doubtful' }, { use: 'second' }];
    const { trials } = plan({
      methods: [{ use: 'plain' }, { use: 'unsure' }, { use: 'wide' }],
      pruning: { pruners },
    });
    expect(trials.map(({ trial }) => trial.pruning.pruners.map(({ use }) => use))).toEqual([
      ['second'],
      ['doubtful', 'second'],
      ['doubtful', 'second'],
    ]);
    const { code, message, hint } = failure(() => plan({ pruning: { pruners: [{ use: 'doubtful' }] } }));
    expect(code).toBe('E_PRUNER_UNFIT');
    expect(message).toContain('"plain" has no standard deviations');
    expect(hint).toContain('--pruners doubtful,first');
  });

  it('accepts the presets that ship', () => {
    const shipped = createRegistry([plugins]);
    const sizes = shipped.list('presets').map(({ name, value }) => {
      const { trials } = planSweep(parseSweepConfig(value.sweep), shipped);
      return [name, trials.length];
    });
    // paper: 3 networks x (3 methods x 3 rates + 3 x 4 x 3 Gaussian + 3 x 4 x 3 x 3 x 3 mixture).
    expect(Object.fromEntries(sizes)).toMatchObject({
      quick: 5,
      study: 5,
      controls: 4,
      paper: 3 * (9 + 36 + 324),
    });
  });
});

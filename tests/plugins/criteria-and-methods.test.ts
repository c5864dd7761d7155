import {
  createRegistry,
  decide,
  fold,
  makeMethod,
  parseOptions,
  pruneContext,
  resolveMethod,
  rootKey,
  runTrial,
  scoreWeights,
  type Model,
  type Params,
  type Trial,
} from '@bbb/core';
import { toyContext, toyData } from '@bbb/contract/toy';
import { referenceOps } from '@bbb/kernels';
import builtIns from '@bbb/plugins';
import { parseSweepConfig, planSweep } from '@bbb/sweep';
import { describe, expect, it } from 'vitest';
import { tinyDataset, tinyTrial } from '../support/tiny-trial.js';

const registry = createRegistry([builtIns]);
const criteria = registry.list('pruners');

describe.each(['sparse-vd', 'ivon', 'concrete-dropout', 'bbb-laplace', 'bbb-spike-slab-lasso'])(
  '%s',
  (use) => {
    it('is pruned by every criterion that fits it', async () => {
      const hasSigma = use !== 'concrete-dropout';
      const fitting = criteria.filter(
        ({ value: { needsSigma, needs = [] } }) =>
          (hasSigma || !needsSigma) && needs.every((need) => need === 'examples'),
      );
      const pruners = fitting.map(({ name, value }) => ({
        use: name,
        options: parseOptions(name, value.options, {}) as Trial['method']['options'],
      }));
      const base = tinyTrial('mlp', { use, options: {} }, { select: 'last' });
      const trial: Trial = {
        ...base,
        training: { ...base.training, epochs: 1 },
        pruning: { ...base.pruning, pruners, shares: [0, 0.5], finetuneEpochs: 0 },
      };
      const { result } = await runTrial({
        trial,
        registry,
        dataset: tinyDataset('mlp'),
        ops: referenceOps(),
      });
      for (const { name } of fitting) {
        const pruned = result.pruning.find(({ pruner, share }) => pruner === name && share === 0.5);
        expect(pruned!.zeros, name).toBeGreaterThan(0);
      }
      // log-alpha suggests its own threshold if the posterior has standard deviations.
      const own = result.pruning.filter(({ pruner, suggested }) => pruner === 'log-alpha' && suggested);
      expect(own).toHaveLength(hasSigma ? 1 : 0);
    });
  },
);

const ops = referenceOps();
const data = toyData(rootKey(3), 40);
const base = toyContext(ops, data, { kind: 'sgd', learningRate: 0.1, momentum: 0 }, 40);
const init = fold(rootKey(3), 'init');
const make = (use: string, options: object = {}): Model =>
  makeMethod({ use, options: options as Trial['method']['options'] }, base, registry).model;

describe.each(registry.list('methods').map(({ name }) => name))('%s', (use) => {
  it('says which parts its posterior has, which criteria need', () => {
    const { has, hasSigma } = resolveMethod({ use, options: {} }, registry);
    const model = make(use);
    const posterior = model.posterior(model.init(init));
    expect(posterior.some(({ sigma }) => sigma)).toBe(hasSigma);
    for (const part of ['inclusion', 'unitNoise'] as const)
      expect(posterior.some((weights) => weights[part] !== undefined)).toBe(has.includes(part));
  });
});

describe('a sweep with one list of criteria', () => {
  it('gives every method the criteria that fit its posterior', () => {
    const pruners = ['magnitude', 'snr', 'inclusion', 'unit-noise'].map((use) => ({ use }));
    const around = { use: 'ensemble', options: { of: { use: 'spike-slab' } } };
    const methods = [
      { use: 'sgd' },
      { use: 'bbb-gaussian' },
      { use: 'spike-slab' },
      { use: 'group-jeffreys' },
      around,
    ];
    const config = parseSweepConfig({ dataset: { use: 'mnist' }, methods, pruning: { pruners } });
    const names = planSweep(config, registry).trials.map(({ trial }) =>
      trial.pruning.pruners.map(({ use }) => use),
    );
    expect(names).toEqual([
      ['magnitude'],
      ['magnitude', 'snr'],
      ['magnitude', 'snr', 'inclusion'],
      ['magnitude', 'snr', 'unit-noise'],
      ['magnitude', 'snr', 'inclusion'],
    ]);
    const alone = parseSweepConfig({
      dataset: { use: 'mnist' },
      methods: [{ use: 'bbb-gaussian' }],
      pruning: { pruners: [{ use: 'inclusion' }] },
    });
    expect(() => planSweep(alone, registry)).toThrow(/"bbb-gaussian" has no inclusion probabilities/);
  });

  it('a trial with a criterion that does not fit is refused at its start', async () => {
    const tiny = tinyTrial('mlp', { use: 'bbb-gaussian', options: {} });
    const pruning = { ...tiny.pruning, pruners: [{ use: 'unit-noise', options: {} }] };
    await expect(
      runTrial({ trial: { ...tiny, pruning }, registry, dataset: tinyDataset('mlp'), ops }),
    ).rejects.toMatchObject({ code: 'E_PRUNER_UNFIT', hint: expect.stringContaining('scales that') });
  });
});

describe.each(criteria.filter(({ value }) => value.granularity === 'unit').map(({ name }) => name))(
  '%s of an ensemble',
  (use) => {
    const MEMBERS = 3;
    const one = make('group-jeffreys');
    const all = make('ensemble', { members: MEMBERS, of: { use: 'group-jeffreys', options: {} } });
    const params = all.init(init);
    const { likelihood } = base;
    const examples = {
      features: data.x,
      targets: data.targets,
      inputShape: data.architecture.inputShape,
      rows: Uint32Array.from(data.targets, (_, i) => i),
      preprocessing: { input: { kind: 'divide' as const, divisor: 1 } },
    };
    const removed = (model: Model, of: Params) => {
      const context = pruneContext({ ops, model, likelihood, params: of, init, examples });
      const scored = scoreWeights({ use, options: {} }, registry, context, { include: ['weight'] }, init);
      return decide(scored, { share: 0.5 }, 'global', model.architecture);
    };

    it('removes the same units of each member as of that member alone', () => {
      const { keep, units } = removed(all, params);
      expect(Object.keys(keep)).toEqual(all.weights!.map(({ name }) => name));
      for (let member = 0; member < MEMBERS; member++) {
        const named = (name: string): string => `members.${member}.${name}`;
        const own = Object.fromEntries(one.params.map(({ name }) => [name, params[named(name)]!]));
        const alone = removed(one, own);
        expect(Object.values(alone.units!).some((mask) => mask.includes(0))).toBe(true);
        for (const [name, mask] of Object.entries(alone.keep)) expect(keep[named(name)]).toEqual(mask);
        for (const [name, mask] of Object.entries(alone.units!)) expect(units![named(name)]).toEqual(mask);
      }
    });
  },
);

describe('an ensemble pruned by units', () => {
  it('reports its removed units and zeros, and no compact network', async () => {
    const method = { use: 'ensemble', options: { members: 2, of: { use: 'sgd', options: {} } } };
    const tiny = tinyTrial('mlp', method, { select: 'last' });
    const { result } = await runTrial({
      trial: {
        ...tiny,
        training: { ...tiny.training, epochs: 1 },
        pruning: { ...tiny.pruning, pruners: [{ use: 'unit-norm', options: { of: 'both' } }], shares: [0.5] },
      },
      registry,
      dataset: tinyDataset('mlp'),
      ops,
    });
    const pruned = result.pruning.find(({ share }) => share === 0.5)!;
    // Two members have 6 and 5 hidden units each. Half of these 11 units is rounded down, so 5 are removed.
    const gone = Object.values(pruned.units!).reduce((sum, [removed]) => sum + removed, 0);
    expect(gone).toBe(2 * 5);
    expect(pruned.zeros).toBeGreaterThan(0);
    expect(pruned.paths!.deadUnits).toBeDefined();
    expect(pruned.compact).toBeUndefined();
  });
});

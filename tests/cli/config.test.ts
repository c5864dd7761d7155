import { createRegistry } from '@bbb/core';
import builtIn from '@bbb/plugins';
import { parseSweepConfig, planSweep } from '@bbb/sweep';
import { describe, expect, it } from 'vitest';
import { sweepConfig } from '../../packages/cli/src/commands/sweep.js';
import { trainConfig } from '../../packages/cli/src/commands/train.js';
import { resolvePath, withValue } from '../../packages/cli/src/config/path.js';
import type { SweepFlags } from '../../packages/cli/src/options/kinds.js';

const registry = createRegistry([builtIn]);
const presets = registry.list('presets').map(({ name }) => name);

const configOf = (preset: string, flags: SweepFlags) =>
  parseSweepConfig(sweepConfig(registry.get('presets', preset).sweep, flags, registry));
const trialsOf = (preset: string, flags: SweepFlags) =>
  planSweep(configOf(preset, flags), registry).trials.map(({ trial }) => trial);

describe('paths', () => {
  const config = {
    methods: [{ label: 'a' }, { label: 'a.5', options: { p: 1 } }],
    pruning: { pruners: [{ use: 'x' }] },
  };

  it('go through labels that contain dots, through names and through numbers', () => {
    expect(resolvePath(config, 'methods.a.5.options.p')).toEqual(['methods', 1, 'options', 'p']);
    expect(resolvePath(config, 'methods.a.label')).toEqual(['methods', 0, 'label']);
    expect(resolvePath(config, 'methods.1.options')).toEqual(['methods', 1, 'options']);
    expect(resolvePath(config, 'pruning.pruners.x.options')).toEqual(['pruning', 'pruners', 0, 'options']);
    expect(resolvePath(config, 'training.epochs')).toEqual(['training', 'epochs']);
  });

  it.each(['methods.b.options', 'methods.a.label.x', 'a..b', '__proto__.polluted'])('refuse %s', (path) => {
    expect(() => resolvePath(config, path)).toThrow(/names no member|not a path/);
  });

  it('set a copy', () => {
    const changed = withValue(config, ['methods', 1, 'options', 'p'], 2) as typeof config;
    expect(changed.methods[1]!.options!.p).toBe(2);
    expect(config.methods[1]!.options!.p).toBe(1);
  });
});

describe('flags', () => {
  it('of pruning win over what the entries of a preset say', () => {
    const [own, typed] = [{}, { procedure: 'at-init', scope: 'layer' as const }].map((flags) =>
      trialsOf('compress', { methods: ['sgd-gradual', 'bbb-mixture'], ...flags }).map(
        ({ pruning }) => pruning,
      ),
    );
    expect(own!.map(({ procedure }) => procedure?.use)).toContain('gradual');
    expect(new Set(typed!.map(({ procedure, scope }) => `${procedure?.use} ${scope}`))).toEqual(
      new Set(['at-init layer']),
    );
  });

  // The entries of the other method differ only in their pruning.
  it.each(presets.filter((name) => name !== 'compress'))('override every number of preset %s', (preset) => {
    const flags: SweepFlags = {
      seeds: 2,
      hidden: [[30], [20, 10]],
      epochs: 3,
      batch: 7,
      lr: 0.25,
      validation: 11,
      limit: 13,
      divisor: 99,
      prune: [0.5],
      include: ['weight'],
      scope: 'layer',
      finetuneEpochs: 1,
      samples: 4,
      select: 'best',
      fastMath: true,
      // The grids of the presets are for other members.
      set: configOf(preset, {}).methods.map(({ label }) => ({ path: `methods.${label}.grid`, value: {} })),
    };
    const trials = trialsOf(preset, flags);
    expect(new Set(trials.map(({ seed }) => seed))).toEqual(new Set([0, 1]));
    expect(new Set(trials.map(({ hidden }) => hidden.join()))).toEqual(new Set(['30', '20,10']));
    for (const trial of trials) {
      expect(trial.training).toMatchObject({ epochs: 3, batchSize: 7, optimizer: { learningRate: 0.25 } });
      expect(trial.data).toMatchObject({ validation: 11, limit: 13, divisor: 99 });
      expect(trial.pruning).toMatchObject({
        shares: [0, 0.5],
        include: ['weight'],
        scope: 'layer',
        finetuneEpochs: 1,
      });
      expect(trial).toMatchObject({ prediction: { samples: 4 }, select: 'best', numerics: 'relaxed' });
    }
  });

  it('make a learning rate win over a grid of learning rates, and leave the rest of the grid', () => {
    const grids = configOf('paper', { lr: 0.5 }).methods.map(({ grid }) => Object.keys(grid ?? {}));
    expect(grids.flat()).not.toContain('training.optimizer.learningRate');
    expect(grids.flat()).toContain('options.pi');
    expect(
      new Set(trialsOf('paper', { lr: 0.5 }).map(({ training }) => training.optimizer.learningRate)),
    ).toEqual(new Set([0.5]));
  });

  it('set a method option only over its own grid', () => {
    const grids = configOf('paper', {
      set: [{ path: 'methods.bbb-mixture.options.samples', value: 3 }],
    }).methods;
    const axes = (label: string) => Object.keys(grids.find((entry) => entry.label === label)!.grid!);
    expect(axes('bbb-mixture')).not.toContain('options.samples');
    expect(axes('bbb-gaussian')).toContain('options.samples');
  });

  it('start another optimiser from its own constants', () => {
    const { training } = configOf('quick', { optimizer: 'sgd', lr: 0.1 });
    expect(training.optimizer).toEqual({ kind: 'sgd', learningRate: 0.1 });
    expect(configOf('quick', { optimizer: 'adam' }).training.optimizer).toMatchObject({ beta1: 0.9 });
  });

  it('win over the training options of an entry, and leave its others', () => {
    const trainings = (flags: Parameters<typeof trialsOf>[1]) =>
      new Map(
        trialsOf('methods', { seeds: 1, ...flags }).map(({ method, training }) => [method.use, training]),
      );
    const preset = trainings({});
    expect(preset.get('sgld')!.optimizer.kind).toBe('sgd');
    for (const [use, { epochs, optimizer, schedule }] of trainings({ epochs: 2, lr: 0.125 })) {
      const was = preset.get(use)!;
      expect({ use, epochs, optimizer, schedule }).toEqual({
        use,
        epochs: 2,
        optimizer: { ...was.optimizer, learningRate: 0.125 },
        schedule: was.schedule,
      });
    }
    for (const { optimizer } of trainings({ optimizer: 'sgd' }).values()) expect(optimizer.kind).toBe('sgd');
  });

  it('choose methods by label, or any other with its defaults', () => {
    const { methods } = configOf('quick', { methods: ['dropout-0.9', 'map-mixture'] });
    expect(methods.map(({ label, use }) => [label, use])).toEqual([
      ['dropout-0.9', 'dropout'],
      ['map-mixture', 'map-mixture'],
    ]);
    expect(methods[0]!.options).toEqual({ p: 0.9, pInput: 0.9 });
    expect(() => configOf('quick', { methods: ['droput-0.9'] })).toThrow('no method called "droput-0.9"');
  });

  it('add axes to all methods or to one', () => {
    const lr = { path: 'training.optimizer.learningRate', values: [0.1, 0.2] };
    expect(trialsOf('quick', { grid: [lr] })).toHaveLength(10);
    const p = { path: 'methods.dropout-0.5.options.p', values: [0.1, 0.2, 0.3] };
    expect(trialsOf('quick', { grid: [p] })).toHaveLength(7);
    expect(() => configOf('quick', { grid: [{ path: 'epochs', values: [1] }] })).toThrow(
      'not a path of a grid',
    );
  });

  it('choose the data sets', () => {
    const other = configOf('quick', { dataset: 'fashion-mnist', ood: 'mnist' });
    expect([other.dataset.use, other.outOfDistribution?.use]).toEqual(['fashion-mnist', 'mnist']);
    expect(configOf('quick', { ood: 'none' }).outOfDistribution).toBeUndefined();
    const base = { ...registry.get('presets', 'quick').sweep, outOfDistribution: { use: 'fashion-mnist' } };
    expect(sweepConfig(base, { dataset: 'fashion-mnist' }, registry)['outOfDistribution']).toEqual({
      use: 'mnist',
      options: {},
    });
    expect(() => configOf('quick', { dataset: 'mnits' })).toThrow('data set called "mnits"');
  });

  it('set options of a method, and of the one inside it', () => {
    const option = [
      { path: 'members', value: 3 },
      { path: 'of.use', value: 'dropout' },
      { path: 'of.options.p', value: 0.3 },
    ];
    const { methods } = parseSweepConfig(trainConfig({ method: 'ensemble', option, seed: 0 }, registry));
    expect(methods[0]!.options).toEqual({ members: 3, of: { use: 'dropout', options: { p: 0.3 } } });
  });

  it('train a method as the preset of a table does, with the options that are typed', () => {
    const given = registry.get('presets', 'table').sweep;
    const preset = parseSweepConfig(given);
    const flags = { method: 'bbb-gaussian', option: [{ path: 'rho0', value: -3 }], seed: 4 };
    const config = parseSweepConfig(trainConfig(flags, registry, given));
    const { use, options } = preset.methods.find(({ label }) => label === 'bbb-gaussian')!;
    expect(config.methods).toEqual([
      expect.objectContaining({ label: use, use, options: { ...options, rho0: -3 } }),
    ]);
    expect(config).toMatchObject({ hidden: preset.hidden, seeds: [4], select: 'last' });
    const other = parseSweepConfig(trainConfig({ method: 'ensemble', seed: 0 }, registry, given));
    expect(other.methods).toEqual([expect.objectContaining({ use: 'ensemble', options: {} })]);
    expect(other.training.optimizer).toEqual(preset.training.optimizer);
  });

  it('name members that do not exist', () => {
    expect(() => configOf('quick', { set: [{ path: 'training.epoch', value: 1 }] })).toThrow(
      'training.epoch',
    );
  });
});

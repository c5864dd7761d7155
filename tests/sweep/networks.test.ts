import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createRegistry, loadPlugins, type BbbError, type Datasets, type Registry } from '@bbb/core';
import { defineArrays } from '@bbb/plugins';
import {
  needsOf,
  overlayConfig,
  parseSweepConfig,
  planSweep,
  type Plan,
  type SweepConfigInput,
} from '@bbb/sweep';
import { beforeAll, describe, expect, it } from 'vitest';
import { dataKey } from '../../packages/sweep/src/executor/data-key.js';
import { checkFit } from '../../packages/sweep/src/plan/check-fit.js';
import { temporaryFolder } from '../support/folders.js';
import { PLUGINS, run, TINY } from '../support/sweeps/tiny.js';

const { hidden: _, ...REST } = TINY;
let registry: Registry;
beforeAll(async () => {
  registry = createRegistry(await loadPlugins(PLUGINS));
});
const plan = (changes: Partial<SweepConfigInput>): Plan =>
  planSweep(parseSweepConfig({ ...REST, ...changes }), registry);
const trialOf = (changes: Partial<SweepConfigInput>) => plan(changes).trials[0]!.trial;
const variants = (changes: Partial<SweepConfigInput>) => plan(changes).trials.map(({ variant }) => variant);
const failure = (act: () => unknown): BbbError => {
  try {
    act();
  } catch (error) {
    return error as BbbError;
  }
  return expect.unreachable('it did not fail');
};
const TANH = { use: 'mlp', options: { hidden: [8], activation: 'tanh' } };
const SMALL = [{ kind: 'conv2d', filters: 2, kernel: 3 }, { kind: 'relu' }];

describe('networks of a sweep', () => {
  it('are the same trials, by widths or by the name of the first network', () => {
    const byWidths = plan({ hidden: [[8]] }).trials;
    expect(plan({ networks: [{ use: 'mlp', options: { hidden: [8] } }] }).trials).toEqual(byWidths);
    expect(plan({ networks: [{ use: 'mlp', options: { hidden: [8], activation: 'relu' } }] }).trials).toEqual(
      byWidths,
    );
    expect(trialOf({ networks: [{ use: 'mlp' }] })).toEqual(trialOf({}));
    for (const member of ['network', 'likelihood']) expect(byWidths[0]!.trial).not.toHaveProperty(member);
    for (const member of ['scaling', 'testFraction'])
      expect(byWidths[0]!.trial.data).not.toHaveProperty(member);
  });

  it('are named in the trial with all their options if they are not the first network', () => {
    expect(trialOf({ networks: [TANH] })).toMatchObject({ hidden: [], network: TANH });
    const { network, hidden } = trialOf({ networks: [{ use: 'cnn', options: { layers: SMALL } }] });
    expect(hidden).toEqual([]);
    expect(network).toEqual({
      use: 'cnn',
      options: {
        layers: [
          { kind: 'conv2d', filters: 2, kernel: [3, 3], stride: [1, 1], padding: 'valid' },
          { kind: 'relu' },
        ],
      },
    });
  });

  it.each<[string, Partial<SweepConfigInput>, string[]]>([
    ['one', { networks: [{ use: 'cnn' }] }, ['']],
    ['widths and a name', { hidden: [[400, 400]], networks: [{ use: 'cnn' }] }, ['400-400', 'cnn']],
    [
      'widths by name',
      { networks: [{ use: 'mlp', options: { hidden: [] } }, { use: 'cnn' }] },
      ['linear', 'cnn'],
    ],
    [
      'the same twice',
      { networks: [TANH, { use: 'mlp', options: { hidden: [9], activation: 'tanh' } }] },
      ['mlp hidden=[8] activation=tanh', 'mlp hidden=[9] activation=tanh'],
    ],
    [
      'the same twice with options that are long',
      { networks: [{ use: 'cnn' }, { use: 'cnn', options: { layers: [...SMALL, ...SMALL] } }] },
      ['cnn', 'cnn 2'],
    ],
  ])('have variants as labels: %s', (_name, changes, expected) => {
    expect(variants(changes)).toEqual(expected);
  });

  it('replace the widths of a lower level, and are replaced by widths', () => {
    const networks = [{ use: 'cnn' }];
    expect(overlayConfig({ hidden: [[8]], seeds: [0] }, { networks })).toEqual({ networks, seeds: [0] });
    expect(overlayConfig({ networks }, { hidden: [[8]] })).toEqual({ hidden: [[8]] });
    expect(overlayConfig({ hidden: [[8]] }, { hidden: [[9]], networks })).toEqual({
      hidden: [[9]],
      networks,
    });
    expect(overlayConfig({ hidden: [[8]], networks }, { seeds: [1] })).toEqual({
      hidden: [[8]],
      networks,
      seeds: [1],
    });
  });

  it.each<[Partial<SweepConfigInput>, object]>([
    [
      { hidden: [] },
      { code: 'E_SWEEP_CONFIG', message: expect.stringContaining('needs at least one network') },
    ],
    [{ networks: [{ use: 'cnm' }] }, { code: 'E_UNKNOWN_NAME', hint: expect.stringContaining('"cnn"') }],
    [
      { networks: [{ use: 'cnn', options: { layers: [{ kind: 'relu' }, { kind: 'conv3d' }] } }] },
      { code: 'E_OPTIONS', message: expect.stringMatching(/kind "conv3d".*"conv2d"[^]*layers\[1\]\.kind/) },
    ],
    [
      { networks: [{ use: 'cnn', options: { layers: [{ kind: 'conv2d', kernel: 3 }] } }] },
      { code: 'E_OPTIONS', message: expect.stringContaining('layers[0].filters') },
    ],
    [
      { networks: [{ use: 'cnn', options: { layers: [{ kind: 'conv2d', filters: 2, kernel: [3] }] } }] },
      { code: 'E_OPTIONS', message: expect.stringMatching(/\[height, width\][^]*layers\[0\]\.kernel/) },
    ],
    [
      { likelihood: { use: 'gausian' } },
      { code: 'E_UNKNOWN_NAME', hint: expect.stringContaining('"gaussian"') },
    ],
    [
      { methods: [{ use: 'bbb-mixture', options: { estimator: 'local' } }] },
      { code: 'E_OPTIONS', message: expect.stringContaining('no KL in closed form') },
    ],
    [{ hidden: [[8]], networks: [{ use: 'mlp', options: { hidden: [8] } }] }, { code: 'E_DUPLICATE_TRIAL' }],
  ])('are refused if they are invalid: %j', (changes, expected) => {
    expect(failure(() => plan(changes))).toMatchObject(expected);
  });

  it('are chosen by a search, like widths', () => {
    const search = {
      trials: 6,
      space: { 'training.batchSize': { kind: 'choice' as const, values: [8, 16, 32] } },
    };
    const { trials } = plan({ hidden: [[6]], networks: [{ use: 'cnn' }], search });
    expect(trials).toHaveLength(6);
    for (const { variant, trial } of trials)
      expect(variant.split(' ')[0]).toBe(trial.network ? trial.network.use : trial.hidden.join('-'));
    expect(new Set(trials.map(({ variant }) => variant.split(' ')[0]))).toEqual(new Set(['6', 'cnn']));
  });

  it('and likelihoods are required on every machine that runs trials', () => {
    const { config } = plan({
      hidden: [[6]],
      networks: [{ use: 'cnn' }, TANH],
      likelihood: { use: 'categorical' },
    });
    expect(needsOf(config, registry)).toMatchObject({
      networks: ['cnn', 'mlp'],
      likelihoods: ['categorical'],
    });
    expect(needsOf(plan({}).config, registry)).toMatchObject({ networks: [], likelihoods: [] });
  });
});

it('a likelihood, scaling and held-out examples are in the trial if they are given', () => {
  const trial = trialOf({
    likelihood: { use: 'gaussian', options: { noise: 'fixed' } },
    scaling: 'standardise',
    testFraction: 0.1,
  });
  expect(trial.likelihood).toEqual({ use: 'gaussian', options: { noise: 'fixed', sd: 0.5 } });
  expect(trial.data).toMatchObject({ scaling: 'standardise', testFraction: 0.1 });
  expect(trialOf({ scaling: 'divide' }).data).toEqual({ ...trialOf({}).data, scaling: 'divide' });
});

describe('the check before anything runs', () => {
  const rows = Array.from({ length: 12 }, (_row, i) => i);
  const image = (channels: number): number[] => rows.map((i) => i).slice(0, 4 * channels);
  const DATA = {
    grey: defineArrays({
      name: 'grey',
      x: rows.map(() => image(1)),
      y: rows.map((i) => i % 2),
      inputShape: [2, 2, 1],
    }),
    table: defineArrays({ name: 'table', x: rows.map((i) => [i, -i]), y: rows.map((i) => i + 0.5) }),
  };
  const fit = (data: keyof typeof DATA, changes: Partial<SweepConfigInput>) => {
    const { config } = plan(changes);
    const datasets: Datasets = {
      [dataKey({ use: 'toy', options: needsOf(config, registry).data.options })]: DATA[data].dataset,
    };
    return checkFit(config, registry, datasets);
  };

  it.each<[string, keyof typeof DATA, Partial<SweepConfigInput>, object]>([
    [
      'a kernel larger than its image',
      'grey',
      { hidden: [[3]], networks: [{ use: 'cnn', options: { layers: SMALL } }] },
      {
        code: 'E_NETWORK',
        message: expect.stringMatching(/^layers\[0\]: The layer "conv2d" .* 2 x 2 x 1: .*3x3/),
      },
    ],
    [
      'a convolution of a table',
      'table',
      { networks: [{ use: 'cnn' }] },
      {
        code: 'E_NETWORK',
        message: expect.stringContaining('layers[0]'),
        hint: expect.stringContaining('mlp'),
      },
    ],
    [
      'real targets with the categorical likelihood',
      'table',
      { likelihood: { use: 'categorical' } },
      { code: 'E_LIKELIHOOD', hint: expect.stringContaining('gaussian') },
    ],
    [
      'classes with the gaussian likelihood',
      'grey',
      { likelihood: { use: 'gaussian' } },
      { code: 'E_LIKELIHOOD', hint: expect.stringContaining('categorical') },
    ],
  ])('%s is refused', (_name, data, changes, expected) => {
    expect(failure(() => fit(data, changes))).toMatchObject(expected);
  });

  it('returns the headline metric of a sweep that fits', () => {
    expect(fit('grey', {})).toMatchObject({ metric: 'accuracy' });
    expect(fit('table', {})).toMatchObject({ metric: 'rmse', error: 'RMSE' });
    expect(
      fit('grey', { networks: [{ use: 'cnn', options: { layers: [{ kind: 'flatten' }] } }] }),
    ).toMatchObject({
      metric: 'accuracy',
    });
  });

  it('makes no folder for a sweep that does not fit', async () => {
    const dir = join(temporaryFolder(), 'new');
    await expect(run(plan({ networks: [{ use: 'cnn' }] }), { dir })).rejects.toMatchObject({
      code: 'E_NETWORK',
    });
    await expect(run(plan({ likelihood: { use: 'gaussian' } }), { dir })).rejects.toMatchObject({
      code: 'E_LIKELIHOOD',
    });
    expect(existsSync(dir)).toBe(false);
  });
});

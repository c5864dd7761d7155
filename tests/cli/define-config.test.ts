import { defineConfig } from '@bbb/cli/config';
import type { BullmqExecutorOptions, KnownOptions } from '@bbb/cli/config';
import ownOfBullmq from '@bbb/sweep-bullmq/plugin';
import { expect, it } from 'vitest';
import { shippedRegistry } from '../../scripts/plugin-pages/registry.js';

// `tsc -p tests` checks the following: it reports an expected error that does not occur.
const config = defineConfig({
  preset: 'quick',
  plugins: ['bbb-plugin-mine'],
  dataset: { use: 'csv', options: { data: 'prices.csv', target: 'price' } },
  outOfDistribution: { use: 'fashion-mnist' },
  networks: [{ use: 'cnn' }, { use: 'mlp', options: { hidden: [50] } }],
  likelihood: { use: 'gaussian', options: { noise: 'per-input' } },
  methods: [
    { use: 'dropout', label: 'less', options: { p: 0.3 }, training: { epochs: 3 } },
    { use: 'bbb-mixture', options: { estimator: 'flipout', initialiser: { kind: 'fan-in' } } },
    { use: 'laplace', options: { of: { use: 'map-gaussian' } } },
    { use: 'of-a-plugin', options: { anything: [1, 2] }, pruning: { pruners: [{ use: 'obd' }] } },
  ],
  pruning: {
    shares: [0.9],
    pruners: [{ use: 'snr' }, { use: 'kl', label: 'narrow', options: { sigma: 0.1 } }, { use: 'mine' }],
    procedure: { use: 'gradual', options: { begin: 0.1 } },
  },
  search: {
    trials: 20,
    space: { 'training.learningRate': { kind: 'logUniform', low: 1e-4, high: 1e-2 } },
    sampler: { use: 'tpe', options: { startup: 5 } },
    scheduler: { use: 'asha', options: { eta: 4 } },
  },
  executor: { use: 'processes', options: { memoryMegabytes: 512 } },
  store: { use: 'sqlite', options: { driver: 'auto' } },
  reporters: [{ use: 'ndjson', options: { progress: true } }, { use: 'tensorboard' }],
  seeds: [0, 1],
});

// @ts-expect-error p is a probability
defineConfig({ methods: [{ use: 'dropout', options: { p: 'half' } }] });
// @ts-expect-error sgd has no option p
defineConfig({ methods: [{ use: 'sgd', options: { p: 0.5 } }] });
// @ts-expect-error there is no such estimator
defineConfig({ methods: [{ use: 'bbb-gaussian', options: { estimator: 'flippout' } }] });
// @ts-expect-error sigma is a number
defineConfig({ pruning: { pruners: [{ use: 'kl', options: { sigma: 'wide' } }] } });
// @ts-expect-error a misspelt member
defineConfig({ preset: 'quick', trainig: { epochs: 3 } });
// @ts-expect-error of training, too
defineConfig({ preset: 'quick', training: { epoch: 3 } });

// Options of every other kind.
// @ts-expect-error widths are whole numbers, not words
defineConfig({ networks: [{ use: 'mlp', options: { hidden: ['wide'] } }] });
// @ts-expect-error the likelihood of classes has no noise
defineConfig({ likelihood: { use: 'categorical', options: { noise: 'per-input' } } });
// @ts-expect-error there is no such noise
defineConfig({ likelihood: { use: 'gaussian', options: { noise: 'loud' } } });
// @ts-expect-error of a procedure
defineConfig({ pruning: { procedure: { use: 'gradual', options: { start: 0.1 } } } });
// @ts-expect-error of a criterion of one method alone
defineConfig({ methods: [{ use: 'sgd', pruning: { pruners: [{ use: 'kl', options: { sigma: '1' } }] } }] });
// @ts-expect-error mnist has no options
defineConfig({ dataset: { use: 'mnist', options: { data: 'x' } } });
// @ts-expect-error a table has a target
defineConfig({ outOfDistribution: { use: 'csv', options: { targt: 'price' } } });
// @ts-expect-error of a sampler
defineConfig({ search: { trials: 5, sampler: { use: 'tpe', options: { start: 5 } } } });
// @ts-expect-error of a scheduler
defineConfig({ search: { trials: 5, scheduler: { use: 'asha', options: { eta: 'three' } } } });
// @ts-expect-error of an executor
defineConfig({ executor: { use: 'threads', options: { heap: 100 } } });
// @ts-expect-error the executor bullmq needs the address of a server
defineConfig({ executor: { use: 'bullmq' } });
// @ts-expect-error of the index
defineConfig({ store: { use: 'sqlite', options: { driver: 'mysql' } } });
// @ts-expect-error of a reporter
defineConfig({ reporters: [{ use: 'ndjson', options: { path: 'x' } }] });
// @ts-expect-error of a reporter that is shown
defineConfig({ reporters: [{ use: 'lines', options: { every: 5 } }] });

// A name that does not ship is misspelt where no plugin could bring it.
// @ts-expect-error a method
defineConfig({ methods: [{ use: 'bbb-mixtur' }] });
// @ts-expect-error a criterion
defineConfig({ pruning: { pruners: [{ use: 'snrr' }] } });
// @ts-expect-error a network
defineConfig({ networks: [{ use: 'cnnn' }] });
// @ts-expect-error a data set
defineConfig({ dataset: { use: 'minst' } });
// @ts-expect-error a sampler
defineConfig({ search: { trials: 5, sampler: { use: 'tpee' } } });
// @ts-expect-error an executor
defineConfig({ executor: { use: 'thread' } });
// @ts-expect-error options of what ships are checked beside plugins as well
defineConfig({ plugins: ['bbb-plugin-mine'], methods: [{ use: 'sgd', options: { p: 0.5 } }] });

it('returns the configuration unchanged', () => {
  expect(config.methods?.map(({ use }) => use)).toEqual(['dropout', 'bbb-mixture', 'laplace', 'of-a-plugin']);
});

/** The type keeps these names complete; the test compares them with the registry. */
const TYPED: { [Kind in keyof KnownOptions]: Record<keyof KnownOptions[Kind], true> } = {
  methods: {
    sgd: true,
    dropout: true,
    'concrete-dropout': true,
    dropconnect: true,
    'bbb-gaussian': true,
    'bbb-mixture': true,
    'bbb-laplace': true,
    'bbb-spike-slab-lasso': true,
    'sparse-vd': true,
    ivon: true,
    'map-gaussian': true,
    'map-mixture': true,
    ensemble: true,
    laplace: true,
    'group-jeffreys': true,
    'spike-slab': true,
    swag: true,
    sgld: true,
  },
  networks: {
    mlp: true,
    cnn: true,
  },
  likelihoods: {
    categorical: true,
    gaussian: true,
  },
  pruners: {
    magnitude: true,
    snr: true,
    kl: true,
    'log-alpha': true,
    obd: true,
    opd: true,
    obs: true,
    taylor: true,
    wanda: true,
    bmr: true,
    lamp: true,
    'posterior-zero': true,
    snip: true,
    random: true,
    'shuffle-within-layer': true,
    inclusion: true,
    'unit-norm': true,
    'unit-snr': true,
    'unit-taylor': true,
    'unit-noise': true,
    'noisy-units': true,
  },
  procedures: {
    'one-shot': true,
    iterative: true,
    gradual: true,
    rewind: true,
    'at-init': true,
  },
  datasets: {
    idx: true,
    csv: true,
    images: true,
    rotated: true,
    curve: true,
    mnist: true,
    'fashion-mnist': true,
    glyphs: true,
    boston: true,
    'breast-cancer': true,
    cars: true,
    diabetes: true,
    digits: true,
    iris: true,
    randhie: true,
    star98: true,
    wine: true,
  },
  samplers: { random: true, halton: true, sobol: true, tpe: true },
  schedulers: { asha: true, median: true, none: true },
  executors: { threads: true, processes: true, bullmq: true },
  stores: { sqlite: true },
  reporters: { live: true, lines: true, events: true, tensorboard: true, ndjson: true },
};

it('types the options of everything that ships', () => {
  const registry = shippedRegistry();
  for (const [kind, names] of Object.entries(TYPED)) {
    expect(Object.keys(names).toSorted(), kind).toEqual(
      registry
        .list(kind as keyof KnownOptions)
        .map(({ name }) => name)
        .toSorted(),
    );
  }
});

it('the options of the executor bullmq are those of its package', () => {
  const every: Required<Record<keyof BullmqExecutorOptions, string>> = {
    queue: 'redis://127.0.0.1:6379',
    listen: '0.0.0.0:8080',
  };
  const { options } = ownOfBullmq.executors!['bullmq']!;
  expect(options.parse(every)).toEqual(every);
  expect(options.safeParse({ queue: every.queue }).success).toBe(true);
  expect(options.safeParse({ listen: every.listen }).success).toBe(false);
});

import { EventEmitter } from 'node:events';
import {
  likelihoodChecks,
  networkChecks,
  reporterChecks,
  samplerChecks,
  schedulerChecks,
  storeChecks,
  type AsyncCheck,
  type Check,
} from '@bbb/contract';
import { createRegistry, type ReporterDefinition } from '@bbb/core';
import builtIn from '@bbb/plugins';
import own from '@bbb/sweep/plugin';
import { afterEach, describe, expect, it, vi } from 'vitest';
import shown from '@bbb/cli/plugin';
import { liveDisplay } from '../../packages/cli/src/progress/live.js';
import { sqlDrivers } from '../../packages/sweep/src/store/index/database.js';
import { temporaryFolder } from '../support/folders.js';

/** The built-in plugins pass the checks for plugins of other authors. For executors see executors.test.ts. */

const registry = createRegistry([builtIn, own, shown]);
afterEach(() => vi.restoreAllMocks());

const all = (checks: readonly (Check | AsyncCheck)[]): void => {
  for (const { name, run } of checks) it(name, run);
};

const NETWORKS = [
  { name: 'mlp', options: { hidden: [5, 4] } },
  { name: 'mlp', options: { hidden: [], activation: 'tanh' }, inputShape: [7] },
  { name: 'cnn', options: {}, inputShape: [16, 16, 1] },
  {
    name: 'cnn',
    options: {
      layers: [
        { kind: 'conv2d', filters: 4, kernel: [3, 2], padding: 'same', stride: [1, 2] },
        { kind: 'tanh' },
        { kind: 'average-pool', size: 2, stride: 1 },
        { kind: 'conv2d', filters: 3, kernel: 2 },
        { kind: 'relu' },
        { kind: 'max-pool', size: 2, stride: 1 },
        { kind: 'flatten' },
      ],
    },
  },
];
describe.each(NETWORKS)('the network $name $options', ({ name, ...rest }) =>
  all(networkChecks({ definition: registry.get('networks', name), ...rest })),
);

const LIKELIHOODS = [
  { name: 'categorical', options: {} },
  ...['learned', 'fixed', 'per-input'].map((noise) => ({ name: 'gaussian', options: { noise } })),
];
describe.each(LIKELIHOODS)('the likelihood $name $options', ({ name, options }) =>
  all(likelihoodChecks({ definition: registry.get('likelihoods', name), options })),
);

it('every network and likelihood that ships is checked', () => {
  for (const [kind, checked] of [
    ['networks', NETWORKS],
    ['likelihoods', LIKELIHOODS],
  ] as const)
    expect(registry.list(kind).map(({ name }) => name)).toEqual([
      ...new Set(checked.map(({ name }) => name)),
    ]);
});

describe.each(registry.list('samplers'))('the sampler $name', ({ value }) => all(samplerChecks(value)));

describe.each(registry.list('schedulers'))('the scheduler $name', ({ value }) => all(schedulerChecks(value)));

describe.each(registry.list('stores'))('the store $name', ({ value }) =>
  all(storeChecks({ definition: value, folder: temporaryFolder })),
);

// One suite for each SQLite driver: node:sqlite only where this version of Node has it.
describe.each(sqlDrivers())('the store sqlite by $name', ({ name: driver }) =>
  all(
    storeChecks({
      definition: registry.get('stores', 'sqlite'),
      options: { driver },
      folder: temporaryFolder,
    }),
  ),
);

describe.each(registry.list('reporters'))('the reporter $name', ({ name: reporter, value }) => {
  const definition = reporter === 'live' ? onScreen(value) : value;
  for (const { name, run } of reporterChecks({ definition, folder: temporaryFolder })) {
    it(name, async () => {
      for (const stream of [process.stdout, process.stderr])
        vi.spyOn(stream, 'write').mockImplementation((_text, ...rest: unknown[]) => {
          (rest.at(-1) as (() => void) | undefined)?.();
          return true;
        });
      await run();
    });
  }
});

/** The live display refuses an output that is not a terminal, such as the standard error of a test. */
function onScreen(live: ReporterDefinition): ReporterDefinition {
  const stream = Object.assign(new EventEmitter(), { columns: 80, rows: 24, write: () => true });
  return { ...live, create: (_, { trials }) => liveDisplay({ trials }, stream as never) };
}

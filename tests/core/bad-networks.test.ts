import type { ToyKind } from '@bbb/contract/toy';
import {
  createRegistry,
  openTrial,
  runTrial,
  startBackend,
  type NetworkDefinition,
  type Trial,
} from '@bbb/core';
import builtIns, { mlp } from '@bbb/plugins';
import { memory } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { tinyDataset, tinyTrial } from '../support/tiny-trial.js';

const ops = await startBackend();
/** A network of another author that ignores the required number of outputs. */
const deaf: NetworkDefinition = {
  description: 'Always five outputs.',
  options: z.strictObject({}),
  create: (_, context) => mlp.create({ hidden: [], activation: 'relu' }, { ...context, outputs: 5 }),
};
const registry = createRegistry([builtIns, { name: 'stranger', networks: { deaf } }]);
const sgd = { use: 'sgd', options: {} };
const layers = (...list: object[]): Partial<Trial> => ({
  hidden: [],
  network: { use: 'cnn', options: { layers: list } },
});

const CASES: [string, ToyKind, Trial['method'], Partial<Trial>, string, RegExp, RegExp][] = [
  [
    'class targets under a likelihood of real numbers',
    'mlp',
    sgd,
    { likelihood: { use: 'gaussian', options: {} } },
    'E_LIKELIHOOD',
    /"gaussian" is for real numbers, but the targets of the data are classes/,
    /categorical/,
  ],
  [
    'real targets under a likelihood of classes',
    'regression',
    sgd,
    { likelihood: { use: 'categorical', options: {} } },
    'E_LIKELIHOOD',
    /"categorical" is for classes, but the targets of the data are real numbers/,
    /gaussian/,
  ],
  [
    'a kernel larger than its image',
    'cnn',
    sgd,
    layers({ kind: 'conv2d', filters: 2, kernel: 5 }),
    'E_NETWORK',
    /window of 5x5 does not fit an image of 4x4/,
    /shape/,
  ],
  [
    'a convolution of the rows of a table',
    'mlp',
    sgd,
    layers({ kind: 'conv2d', filters: 2, kernel: 1 }),
    'E_NETWORK',
    /takes images, but gets inputs of shape 4/,
    /--network mlp/,
  ],
  ['an unknown kind of layer', 'cnn', sgd, layers({ kind: 'conv3d' }), 'E_OPTIONS', /kind/, /./],
  [
    'a prior without closed form with the local estimator',
    'mlp',
    { use: 'bbb-mixture', options: { estimator: 'local' } },
    {},
    'E_OPTIONS',
    /no KL in closed form.*flipout/,
    /./,
  ],
  [
    'an unknown likelihood',
    'mlp',
    sgd,
    { likelihood: { use: 'gausian', options: {} } },
    'E_UNKNOWN_NAME',
    /likelihood called "gausian"/,
    /gaussian/,
  ],
  [
    'a network that gives another number of outputs',
    'mlp',
    sgd,
    { hidden: [], network: { use: 'deaf', options: {} } },
    'E_NETWORK',
    /"deaf" gives 5 numbers for each example; the likelihood needs 3/,
    /context/,
  ],
];

describe('a trial is refused before its first step, and leaves nothing behind, with', () => {
  it.each(CASES)('%s', async (_title, kind, method, changes, code, message, hint) => {
    const before = memory().numTensors;
    let epochs = 0;
    const failed = runTrial({
      trial: tinyTrial(kind, method, changes),
      registry,
      dataset: tinyDataset(kind),
      ops,
      hooks: { onEpoch: () => void epochs++ },
    });
    await expect(failed).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
      hint: expect.stringMatching(hint),
    });
    expect([epochs, memory().numTensors]).toEqual([0, before]);
  });
});

describe('a trial that names neither network nor likelihood', () => {
  it.each([
    ['classes', { kind: 'class', classes: 4 } as const, 4, 'accuracy'],
    ['real numbers', { kind: 'real' } as const, 1, 'rmse'],
  ])('has the widths of hidden, and the first likelihood for %s', (_title, target, outputs, metric) => {
    const preprocessing = {
      input: { kind: 'divide', divisor: 1 } as const,
      ...(target.kind === 'real' ? { target: { mean: 0, sd: 1 } } : {}),
    };
    const trial = { ...tinyTrial('mlp', sgd), hidden: [7, 6] };
    const open = openTrial(trial, { inputShape: [3], target, preprocessing }, { registry, ops });
    expect(open.architecture.weights.map(({ shape }) => shape)).toEqual([
      [3, 7],
      [7],
      [7, 6],
      [6],
      [6, outputs],
      [outputs],
    ]);
    expect(open.likelihood.headline.metric).toBe(metric);
    open.trainer.dispose();
  });
});

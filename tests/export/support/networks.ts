import {
  allExamples,
  createRegistry,
  openTrial,
  predictWith,
  prune,
  rootKey,
  selectKeep,
  splitData,
  startBackend,
  type Dataset,
  type Trial,
} from '@bbb/core';
import { plainNetwork, type PlainNetwork } from '@bbb/export';
import builtIns from '@bbb/plugins';
import { tinyDataset, tinyTrial } from '../../support/tiny-trial.js';

const registry = createRegistry([builtIns]);
const bbb = {
  use: 'bbb-gaussian',
  options: registry.get('methods', 'bbb-gaussian').options.parse({ rho0: -1.5 }) as Record<string, unknown>,
};

/**
 * Small untrained networks of every form, with half of their weights pruned. Their predictions are enough to
 * compare.
 */
export const KINDS: Readonly<Record<string, { readonly dataset: Dataset; readonly trial: Trial }>> = {
  mlp: { dataset: tinyDataset('mlp'), trial: tinyTrial('mlp', bbb) },
  'standardised mlp': {
    dataset: tinyDataset('mlp'),
    trial: withData(tinyTrial('mlp', bbb), { scaling: 'standardise' }),
  },
  cnn: {
    dataset: tinyDataset('cnn'),
    trial: {
      ...tinyTrial('cnn', bbb),
      network: {
        use: 'cnn',
        options: {
          layers: [
            { kind: 'conv2d', filters: 3, kernel: 3, padding: 'same' },
            { kind: 'relu' },
            { kind: 'average-pool', size: 2, stride: 1, padding: 'same' },
            { kind: 'conv2d', filters: 4, kernel: [2, 3], stride: [2, 1] },
            { kind: 'tanh' },
            { kind: 'max-pool', size: 2, padding: 'same' },
            { kind: 'flatten' },
            { kind: 'dense', units: 5 },
            { kind: 'relu' },
          ],
        },
      },
    },
  },
  regression: { dataset: tinyDataset('regression'), trial: tinyTrial('regression', bbb) },
  'regression with noise for each input': {
    dataset: tinyDataset('regression'),
    trial: tinyTrial('regression', bbb, {
      likelihood: { use: 'gaussian', options: { noise: 'per-input', sd: 0.3 } },
    }),
  },
};

function withData(trial: Trial, data: Partial<Trial['data']>): Trial {
  return { ...trial, data: { ...trial.data, ...data } };
}

export interface Built {
  readonly network: PlainNetwork;
  /** Test features in the user's units, `[examples, ...inputShape]`. */
  readonly features: Float32Array;
  readonly examples: number;
  /** The predictions of bbb itself. */
  readonly prediction: unknown;
}

/** @param samples number of draws; 0 means the mean network */
export async function build(kind: string, samples: number): Promise<Built> {
  const { dataset, trial } = KINDS[kind]!;
  const ops = await startBackend();
  const { preprocessing } = splitData(dataset, trial.data, rootKey(3)).train;
  const { inputShape, target } = dataset;
  const { trainer, ...open } = openTrial(trial, { inputShape, target, preprocessing }, { registry, ops });
  trainer.dispose();
  const params = open.model.init(open.keys.init);
  const scored = open.model.posterior(params).map(({ name, mu }) => ({ name, scores: mu.map(Math.abs) }));
  prune(ops, open.model, params, selectKeep(scored, 0.5, 'global'));
  const key = rootKey(9);
  const examples = allExamples(dataset.test, dataset, preprocessing);
  const way = samples === 0 ? ({ predict: 'mean' } as const) : ({ predict: 'samples', samples } as const);
  const prediction = predictWith(
    { ops, model: open.model, likelihood: open.likelihood },
    params,
    examples,
    way,
    key,
  );
  const network = plainNetwork({ ...open, params }, ops, samples, key);
  const features = Float32Array.from(dataset.test.features);
  return { network, features, examples: dataset.test.count, prediction };
}

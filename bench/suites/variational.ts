import { wasmOps } from '@bbb/kernels';
import { mlp } from '@bbb/plugins';
import { here, milliseconds, type Contender, type Contest } from '../contest.js';
import { CLASSES, INPUTS, minibatches, mnist } from '../peers/images.js';
import type { PyTorch } from '../peers/pytorch.js';
import { BATCH, contextOf, trainerStep } from '../peers/trainer-step.js';

const IMAGES = 10_000;
const HIDDEN = 400;

/** The step that each method is compared with: maximum likelihood or dropout, on our kernels. */
const METHODS: readonly [title: string, name: string, options: Readonly<Record<string, unknown>>][] = [
  ['maximum likelihood', 'sgd', {}],
  ['IVON', 'ivon', {}],
  ['Bayes by Backprop, Gaussian prior, local', 'bbb-gaussian', { estimator: 'local' }],
  ['sparse variational dropout', 'sparse-vd', {}],
  ['Bayes by Backprop, Laplace prior', 'bbb-laplace', {}],
  ['Bayes by Backprop, spike-and-slab lasso', 'bbb-spike-slab-lasso', {}],
  ['dropout', 'dropout', {}],
  ['concrete dropout', 'concrete-dropout', {}],
];

/** By the name of the method. */
const IN_PYTORCH: Readonly<Record<string, string>> = {
  sgd: 'point',
  ivon: 'ivon',
  'bbb-gaussian': 'local',
  'sparse-vd': 'sparse-vd',
};

/**
 * Compares steps of the variational methods with our maximum-likelihood step under Adam: 784-400-400-10, MNIST. The targets for the ratios are
 * at most 1.3 for IVON and at most 2.1 for local.
 */
export async function variationalSuite(peers: readonly PyTorch[]): Promise<Contest[]> {
  const images = await mnist(IMAGES);
  const [pixels, labels] = [images.pixels, images.labels].map((bytes) =>
    Buffer.from(bytes).toString('base64'),
  );
  for (const peer of peers) await peer.ask('load', { name: images.name, pixels, labels });
  const batches = minibatches(images, BATCH);
  const architecture = mlp.create(
    { hidden: [HIDDEN, HIDDEN], activation: 'relu' },
    { inputShape: [INPUTS], outputs: CLASSES },
  );
  const context = contextOf(await wasmOps(), architecture, 'adam');
  const inPyTorch = (title: string, name: string): Contender[] => {
    const estimator = IN_PYTORCH[name];
    if (!estimator) return [];
    const options = { hidden: HIDDEN, batch: BATCH, data: images.name, estimator };
    return peers.map((peer) => ({
      ...peer.contender('variational_step', options),
      name: `${title}, ${peer.label}`,
    }));
  };
  return [
    {
      title: `steps of variational methods, adam, 784-${HIDDEN}-${HIDDEN}-10, batch ${BATCH}, MNIST`,
      unit: milliseconds,
      contenders: [
        ...METHODS.map(([title, name, options]) =>
          here(`${title}, ours`, trainerStep(name, options, context, batches)),
        ),
        ...METHODS.flatMap(([title, name]) => inPyTorch(title, name)),
      ],
    },
  ];
}

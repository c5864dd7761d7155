import {
  ggnDiagonal,
  kroneckerFactors,
  rootKey,
  sizeOf,
  trainEpoch,
  type CurvatureInput,
  type Examples,
  type KroneckerFactors,
  type LinearLayer,
} from '@bbb/core';
import { wasmOps } from '@bbb/kernels';
import { categoricalLikelihood, eigenOf, mlp, networkLoss, pointModel, pointTrainer } from '@bbb/plugins';
import { here, milliseconds, type Contest } from '../contest.js';
import { CLASSES, DIVISOR, INPUTS, mnist } from '../peers/images.js';

const EXAMPLES = 6000;
const BATCH = 128;
const KEY = rootKey(5);

/**
 * Compares the time of a Laplace approximation with an epoch of training on the same images. It is one pass over the images, and the
 * eigenvectors of the Kronecker factors, whose time does not depend on the number of images.
 */
export async function laplaceSuite(): Promise<Contest[]> {
  const ops = await wasmOps();
  const architecture = mlp.create(
    { hidden: [400, 400], activation: 'relu' },
    { inputShape: [INPUTS], outputs: CLASSES },
  );
  const likelihood = categoricalLikelihood(CLASSES);
  const optimizer = { kind: 'adam', learningRate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 } as const;
  const context = { ops, architecture, likelihood, optimizer, batchSize: BATCH };
  const model = pointModel(context, { kind: 'fan-in' });
  const trainer = pointTrainer(context, networkLoss(context), { kind: 'flat' });
  const state = trainer.init(model.init(KEY));
  const { pixels, labels } = await mnist(EXAMPLES);
  const examples: Examples = {
    features: pixels,
    targets: labels,
    inputShape: [INPUTS],
    rows: Uint32Array.from({ length: EXAMPLES }, (_, i) => i),
    preprocessing: { input: { kind: 'divide', divisor: DIVISOR } },
  };
  const training = { epochs: 9, batchSize: BATCH, optimizer, schedule: { kind: 'constant' } } as const;
  const run = { ops, model, trainer, likelihood, state, examples, training, key: KEY };
  // The network must be sure of most examples, like a trained network.
  for (let epoch = 0; epoch < 3; epoch++) trainEpoch(run, epoch);

  const network = model.draw(state.params, 'mean');
  const input: CurvatureInput = { ops, architecture, likelihood, network, examples };
  const last = (layer: LinearLayer): boolean => layer === architecture.layers.at(-1);
  const factors = kroneckerFactors(input, { signs: KEY });
  return [
    {
      title: `curvature over ${EXAMPLES} images, 784-400-400-10`,
      unit: milliseconds,
      contenders: [
        here('an epoch, Adam', () => void trainEpoch(run, 3)),
        here('diagonal', () => void ggnDiagonal(input)),
        here('Kronecker, last layer', () => void kroneckerFactors(input, { of: last, signs: KEY })),
        here('Kronecker, drawn', () => void kroneckerFactors(input, { signs: KEY })),
        here('Kronecker, exact', () => void kroneckerFactors(input)),
      ],
    },
    {
      title: 'eigenvectors of all factors, 784-400-400-10',
      unit: milliseconds,
      contenders: [here('ours', () => factors.forEach(decompose))],
    },
  ];
}

function decompose({ layer, a, g }: KroneckerFactors): void {
  eigenOf(a, layer.weight.fanIn + 1);
  eigenOf(g, sizeOf(layer.bias.shape));
}

import type { Batch, Optimizer, Trainer } from '@bbb/core';
import { wasmOps, type Ops } from '@bbb/kernels';
import plugins from '@bbb/plugins';
import * as tf from '@tensorflow/tfjs-core';
import { gflops, here, milliseconds, type Contender, type Contest } from '../contest.js';
import { predictProbabilities } from '../../packages/core/src/trial/predict.js';
import { images, plainBbb, plainEvaluation, plainPoint, type PlainStep } from '../peers/plain-steps.js';
import type { PyTorch } from '../peers/pytorch.js';
import { onKernels } from '../peers/tfjs.js';

const BATCH = 128;
const EXAMPLES = 60_000;
const IMAGES = 10_000;

const optimizers: Record<'sgd' | 'adam', Optimizer> = {
  sgd: { kind: 'sgd', learningRate: 0.1, momentum: 0 },
  adam: { kind: 'adam', learningRate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
};

/** Whole training steps and the evaluation of a test set, 784-hidden-hidden-10. */
export async function stepsSuite(peers: readonly PyTorch[]): Promise<Contest[]> {
  const strict = await wasmOps();
  const relaxed = await wasmOps({ fastMath: true });
  const ours = (make: (ops: Ops) => () => void): Contender[] => [
    here('ours', make(strict)),
    here('ours, relaxed', make(relaxed)),
  ];
  const contests: Contest[] = [];
  for (const hidden of [400, 1200]) {
    for (const kind of ['sgd', 'adam'] as const) {
      contests.push({
        title: `step of maximum likelihood, ${kind}, 784-${hidden}-${hidden}-10, batch ${BATCH}`,
        unit: milliseconds,
        contenders: [
          ...ours((ops) => trainerStep(ops, 'sgd', hidden, kind)),
          ...tfjsCode(() => plainPoint(hidden, BATCH, kind)),
          ...peers.map((peer) => peer.contender('point_step', { hidden, batch: BATCH, kind })),
        ],
      });
    }
    for (const kind of ['sgd', 'adam'] as const) {
      contests.push({
        title: `step of Bayes by Backprop, mixture prior, ${kind}, 784-${hidden}-${hidden}-10, batch ${BATCH}`,
        unit: milliseconds,
        contenders: [
          ...ours((ops) => trainerStep(ops, 'bbb-mixture', hidden, kind)),
          here('ours, maximum likelihood', trainerStep(strict, 'sgd', hidden, kind)),
          ...tfjsCode(() => plainBbb(hidden, BATCH, kind)),
          ...peers.flatMap((peer) => bbbPeers(peer, hidden, kind)),
        ],
      });
    }
    contests.push({
      title: `evaluation of ${IMAGES} images, 784-${hidden}-${hidden}-10`,
      unit: gflops(2 * IMAGES * (784 * hidden + hidden * hidden + hidden * 10)),
      contenders: [
        ...ours((ops) => evaluation(ops, hidden)),
        ...tfjsCode(() => plainEvaluation(hidden, IMAGES)),
        ...peers.map((peer) => peer.contender('evaluation', { hidden, images: IMAGES })),
      ],
    });
  }
  return contests;
}

/** PyTorch with few passes over memory, and the way published implementations have it. */
function bbbPeers(peer: PyTorch, hidden: number, kind: 'sgd' | 'adam'): Contender[] {
  return ['tuned', 'textbook'].map((style) => ({
    ...peer.contender('bbb_step', { hidden, batch: BATCH, kind, style }),
    name: style === 'tuned' ? peer.label : `${peer.label}, torch.distributions`,
  }));
}

/** The same tfjs code on our kernels and on tfjs-wasm's. Its tensors are made when first needed. */
function tfjsCode(make: () => PlainStep): Contender[] {
  let made: PlainStep | undefined;
  const run = (): void => (made ??= make()).run();
  return [
    onKernels('ours', run, 'tfjs code, our kernels'),
    onKernels('tfjs-wasm', run, 'tfjs code, tfjs-wasm'),
  ];
}

/** A step of a built-in method, on one batch, again and again. */
function trainerStep(ops: Ops, name: string, hidden: number, kind: 'sgd' | 'adam'): () => void {
  let made: { trainer: Trainer; step(): void } | undefined;
  const make = (): NonNullable<typeof made> => {
    const method = plugins.methods![name]!;
    const { model, trainer } = method.create(method.options.parse({}), {
      architecture: { inputs: 784, hidden: [hidden, hidden], classes: 10 },
      ops,
      optimizer: optimizers[kind],
      batchSize: BATCH,
    });
    const state = trainer.init(model.init([0, 1]));
    const batch: Batch = {
      x: tf.randomUniform([BATCH, 784]),
      labels: Uint8Array.from({ length: BATCH }, (_, i) => i % 10),
      index: 0,
      batches: Math.ceil(EXAMPLES / BATCH),
      examples: EXAMPLES,
    };
    const { learningRate } = optimizers[kind];
    return { trainer, step: () => trainer.step(state, batch, { learningRate, key: [1, state.step] }) };
  };
  return () => (made ??= make()).step();
}

/** Images, one byte a pixel, to class probabilities, as the trial runner does it. */
function evaluation(ops: Ops, hidden: number): () => void {
  let run: (() => void) | undefined;
  const make = (): (() => void) => {
    const method = plugins.methods!['sgd']!;
    const { model } = method.create(method.options.parse({}), {
      architecture: { inputs: 784, hidden: [hidden, hidden], classes: 10 },
      ops,
      optimizer: optimizers.sgd,
      batchSize: BATCH,
    });
    const network = model.draw(model.init([0, 1]), 'mean');
    const examples = {
      images: images(IMAGES),
      labels: new Uint8Array(IMAGES),
      pixels: 784,
      rows: Uint32Array.from({ length: IMAGES }, (_, i) => i),
      divisor: 126,
    };
    return () => void predictProbabilities(ops, network, examples, 10);
  };
  return () => (run ??= make())();
}

import { logSoftmax, networkOutputs, type Architecture, type Examples } from '@bbb/core';
import { wasmOps, type Ops } from '@bbb/kernels';
import plugins, { mlp } from '@bbb/plugins';
import { gflops, here, milliseconds, type Contender, type Contest } from '../contest.js';
import {
  CLASSES,
  DIVISOR,
  INPUTS,
  minibatches,
  mnist,
  noise,
  type Images,
  type Minibatch,
} from '../peers/images.js';
import { plainBbb, plainEvaluation, plainPoint, type PlainStep } from '../peers/plain-steps.js';
import type { PyTorch } from '../peers/pytorch.js';
import { BATCH, contextOf, trainerStep, type Kind } from '../peers/trainer-step.js';
import { onKernels } from '../peers/tfjs.js';

const IMAGES = 10_000;

/** The images of a contest, where they are needed. */
interface Feed {
  readonly images: Images;
  readonly batches: readonly Minibatch[];
  readonly peers: readonly PyTorch[];
}

/** Whole training steps and the evaluation of a test set, 784-hidden-hidden-10. */
export async function stepsSuite(peers: readonly PyTorch[]): Promise<Contest[]> {
  const [digits, dense] = [await feed(await mnist(IMAGES), peers), await feed(noise(IMAGES), peers)];
  const strict = await wasmOps();
  const relaxed = await wasmOps({ fastMath: true });
  const ours = (make: (ops: Ops) => () => void): Contender[] => [
    here('ours', make(strict)),
    here('ours, relaxed', make(relaxed)),
  ];

  const point = (hidden: number, kind: Kind, { images: { name }, batches, peers: torch }: Feed): Contest => ({
    title: `step of maximum likelihood, ${kind}, 784-${hidden}-${hidden}-10, batch ${BATCH}, ${name}`,
    unit: milliseconds,
    contenders: [
      ...ours((ops) => trainerStep('sgd', {}, contextOf(ops, architectureOf(hidden), kind), batches)),
      ...tfjsCode(() => plainPoint(hidden, batches, kind)),
      ...torch.map((peer) => peer.contender('point_step', { hidden, batch: BATCH, kind, data: name })),
    ],
  });

  const bbb = (hidden: number, kind: Kind, { images: { name }, batches, peers: torch }: Feed): Contest => ({
    title: `step of Bayes by Backprop, mixture prior, ${kind}, 784-${hidden}-${hidden}-10, batch ${BATCH}, ${name}`,
    unit: milliseconds,
    contenders: [
      ...ours((ops) => trainerStep('bbb-mixture', {}, contextOf(ops, architectureOf(hidden), kind), batches)),
      here(
        'ours, maximum likelihood',
        trainerStep('sgd', {}, contextOf(strict, architectureOf(hidden), kind), batches),
      ),
      ...tfjsCode(() => plainBbb(hidden, batches, kind)),
      ...torch.flatMap((peer) => bbbPeers(peer, { hidden, batch: BATCH, kind, data: name })),
    ],
  });

  const evaluate = (hidden: number, { images, peers: torch }: Feed): Contest => ({
    title: `evaluation of ${IMAGES} images, 784-${hidden}-${hidden}-10, ${images.name}`,
    unit: gflops(2 * IMAGES * (784 * hidden + hidden * hidden + hidden * 10)),
    contenders: [
      ...ours((ops) => evaluation(ops, hidden, images)),
      ...tfjsCode(() => plainEvaluation(hidden, images)),
      ...torch.map((peer) => peer.contender('evaluation', { hidden, data: images.name })),
    ],
  });

  return [
    ...[400, 1200].flatMap((hidden) => [
      point(hidden, 'sgd', digits),
      point(hidden, 'adam', digits),
      bbb(hidden, 'sgd', digits),
      bbb(hidden, 'adam', digits),
      evaluate(hidden, digits),
    ]),
    point(400, 'sgd', dense),
    bbb(400, 'sgd', dense),
    evaluate(400, dense),
  ];
}

async function feed(images: Images, peers: readonly PyTorch[]): Promise<Feed> {
  const [pixels, labels] = [images.pixels, images.labels].map((bytes) =>
    Buffer.from(bytes).toString('base64'),
  );
  for (const peer of peers) await peer.ask('load', { name: images.name, pixels, labels });
  return { images, batches: minibatches(images, BATCH), peers };
}

/** PyTorch with few passes over memory, and as in published implementations. */
function bbbPeers(peer: PyTorch, options: Record<string, unknown>): Contender[] {
  return ['tuned', 'textbook'].map((style) => ({
    ...peer.contender('bbb_step', { ...options, style }),
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

function architectureOf(hidden: number): Architecture {
  const options = { hidden: [hidden, hidden], activation: 'relu' } as const;
  return mlp.create({ ...options, hidden: [...options.hidden] }, { inputShape: [INPUTS], outputs: CLASSES });
}

/** Images, one byte a pixel, to the logarithms of class probabilities, as the trial runner does it. */
function evaluation(ops: Ops, hidden: number, { count, pixels, labels }: Images): () => void {
  let run: (() => void) | undefined;
  const make = (): (() => void) => {
    const method = plugins.methods!['sgd']!;
    const context = contextOf(ops, architectureOf(hidden), 'sgd');
    const { model } = method.create(method.options.parse({}), context);
    const network = model.draw(model.init([0, 1]), 'mean');
    const examples: Examples = {
      features: pixels,
      targets: labels,
      inputShape: [INPUTS],
      rows: Uint32Array.from({ length: count }, (_, i) => i),
      preprocessing: { input: { kind: 'divide', divisor: DIVISOR } },
    };
    return () => void logSoftmax(networkOutputs(ops, context.architecture, network, examples), CLASSES);
  };
  return () => (run ??= make())();
}

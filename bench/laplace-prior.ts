/**
 * Measures Laplace approximations of one trained network with several options, on validation images that it was not trained on:
 * `npx tsx --conditions=@bbb/source bench/laplace-prior.ts [--of '{"use":"map-gaussian"}'] [--hidden 300,100] [--epochs 30] [--draws 10]`
 */
import { parseArgs } from 'node:util';
import {
  accuracy,
  auroc,
  createRegistry,
  ece,
  entropy,
  logSoftmax,
  makeMethod,
  nll,
  rootKey,
  startBackend,
  trainEpoch,
  type Examples,
  type Network,
} from '@bbb/core';
import builtIns, { categoricalLikelihood, mlp } from '@bbb/plugins';
import { loadDataset } from 'mnist-data-loader';
import { markdown } from './table.js';

const [CLASSES, INPUTS, DIVISOR, BATCH, TRAINING] = [10, 784, 255, 128, 50_000];
const KEY = rootKey(3);
const FITS: readonly Readonly<Record<string, unknown>>[] = [
  {},
  { layers: 'all' },
  { layers: 'all', priorPrecision: 'by-network' },
  { layers: 'all', structure: 'diagonal' },
  { layers: 'all', priorPrecision: 10 },
  { layers: 'all', priorPrecision: 100 },
  { layers: 'all', prediction: 'sampled' },
];

const { values } = parseArgs({
  options: {
    of: { type: 'string', default: '{"use":"sgd"}' },
    hidden: { type: 'string', default: '300,100' },
    epochs: { type: 'string', default: '30' },
    draws: { type: 'string', default: '10' },
  },
});
const of = { options: {}, ...(JSON.parse(values.of) as { use: string }) };
const [epochs, draws] = [Number(values.epochs), Number(values.draws)];
const hidden = values.hidden.split(',').map(Number);

const ops = await startBackend();
const registry = createRegistry([builtIns]);
const { train } = await loadDataset('mnist');
const { test: clothes } = await loadDataset('fashion-mnist');
const optimizer = { kind: 'adam', learningRate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 } as const;
const likelihood = categoricalLikelihood(CLASSES);
const architecture = mlp.create({ hidden, activation: 'relu' }, { inputShape: [INPUTS], outputs: CLASSES });
const context = { ops, architecture, likelihood, optimizer, batchSize: BATCH };
const examples: Examples = {
  features: train.images,
  targets: train.labels,
  inputShape: [INPUTS],
  rows: Uint32Array.from({ length: TRAINING }, (_, i) => i),
  preprocessing: { input: { kind: 'divide', divisor: DIVISOR } },
};
const labels = train.labels.slice(TRAINING);
const [digits, others] = [
  [train.images, TRAINING],
  [clothes.images, 0],
].map(([images, first]) => {
  const rows = Uint32Array.from(labels, (_, i) => i + (first as number));
  const x = ops.alloc([labels.length, INPUTS]);
  ops.gatherPixels(x, images as Uint8Array, rows, DIVISOR);
  return x;
}) as [ReturnType<typeof ops.alloc>, ReturnType<typeof ops.alloc>];

const inner = makeMethod(of, context, registry);
const state = inner.trainer.init(inner.model.init(KEY));
const training = { epochs, batchSize: BATCH, optimizer, schedule: { kind: 'linear' } } as const;
const run = { ops, ...inner, likelihood, state, examples, training, key: KEY };
for (let epoch = 0; epoch < epochs; epoch++) trainEpoch(run, epoch);

/** Mean probabilities over networks. For each image: their entropy, and the mutual information, which says how much the networks disagree. */
function predicted(networks: readonly Network[], x: typeof digits) {
  const mean = new Float64Array(labels.length * CLASSES);
  const own = new Float64Array(labels.length);
  for (const network of networks) {
    const outputs = network.outputs(x);
    const probabilities = logSoftmax(ops.read(outputs), CLASSES).map(Math.exp);
    ops.free(outputs);
    probabilities.forEach((p, i) => (mean[i]! += p / networks.length));
    entropies(probabilities).forEach((h, i) => (own[i]! += h / networks.length));
  }
  const total = entropies(mean);
  return { mean, total, disagreement: total.map((h, i) => h - own[i]!) };
}

function entropies(probabilities: Float64Array): Float64Array {
  return Float64Array.from(labels, (_, i) => entropy(probabilities, i, CLASSES));
}

function row(name: string, precisions: string, networks: readonly Network[]): string[] {
  const [inside, outside] = [predicted(networks, digits), predicted(networks, others)];
  networks.forEach((network) => network.dispose());
  return [
    name,
    precisions,
    `${(100 * (1 - accuracy(inside.mean, labels, CLASSES))).toFixed(2)} %`,
    nll(inside.mean, labels, CLASSES).toFixed(4),
    `${(100 * ece(inside.mean, labels, CLASSES)).toFixed(2)} %`,
    auroc(outside.total, inside.total).toFixed(3),
    networks.length > 1 ? auroc(outside.disagreement, inside.disagreement).toFixed(3) : '',
  ];
}

function fitted(options: Readonly<Record<string, unknown>>): string[] {
  const { model, trainer } = makeMethod({ use: 'laplace', options: { of, ...options } }, context, registry);
  const params = model.init(KEY);
  for (const { name } of inner.model.params) ops.copy(params[name]!, state.params[name]!);
  trainer.finish!(params, examples, KEY);
  const precisions = Array.from(ops.read(params['laplace.precisions']!), (p) => p.toPrecision(3)).join(', ');
  const networks = model.draws(draws, KEY).map((draw) => model.draw(params, draw));
  const name = Object.entries(options).map(([key, value]) => `${key}=${String(value)}`);
  return row(name.join(' ') || 'the defaults: layers=last', precisions, networks);
}

process.stdout.write(
  `${of.use}, 784-${hidden.join('-')}-10, ${epochs} epochs, ${draws} draws\n\n${markdown([
    ['', 'prior precisions', 'error', 'NLL', 'ECE', 'AUROC by entropy', 'by mutual information'],
    row('the mean network', '', [inner.model.draw(state.params, 'mean')]),
    ...FITS.map(fitted),
  ])}\n`,
);

// npx tsx bench/threads.ts [--threads 2] [--rounds 9] [--slice 300] [--json file] [--only text]
// Compares training steps with one thread, with several threads, and in PyTorch with its own choice of threads, in one run.
import { writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { standaloneOps, startTfjs, wasmOps, type Ops } from '@bbb/kernels';
import { cnn, mlp } from '@bbb/plugins';
import type { Architecture } from '@bbb/core';
import { here, hold, milliseconds, type Contender, type Contest, type Result } from './contest.js';
import { machine } from './machine.js';
import { CLASSES, DIVISOR, INPUTS, minibatches, mnist, type Images } from './peers/images.js';
import { startPyTorch, type PyTorch } from './peers/pytorch.js';
import { BATCH, contextOf, trainerStep } from './peers/trainer-step.js';
import { table } from './table.js';

const { values } = parseArgs({
  options: {
    threads: { type: 'string', default: String(availableParallelism()) },
    rounds: { type: 'string', default: '9' },
    slice: { type: 'string', default: '300' },
    only: { type: 'string', default: '' },
    json: { type: 'string' },
  },
});
const most = Number(values.threads);

/** Ops for one thread and for several. Only `count` threads work at a time; the others sleep. */
interface Crew {
  readonly name: string;
  readonly ops: Ops;
  readonly count: number;
}

async function crews(): Promise<Crew[]> {
  const today = { name: "one thread, tfjs's memory", ops: await wasmOps(), count: 1 };
  const counts = Array.from({ length: most }, (_, i) => i + 1);
  const shared = counts.map(async (count) => ({
    name: count === 1 ? 'one thread, shared memory' : `${count} threads`,
    ops: await standaloneOps({ threads: count }),
    count,
  }));
  return [today, ...(await Promise.all(shared))];
}

/** The same minibatches on other ops. */
function batchesOn(ops: Ops, images: Images): ReturnType<typeof minibatches> {
  return minibatches(images, BATCH).map(({ x, ...rest }) => {
    const own = ops.alloc(x.shape);
    ops.write(own, x.dataSync());
    x.dispose();
    return { ...rest, x: own } as unknown as ReturnType<typeof minibatches>[number];
  });
}

interface Task {
  readonly title: string;
  readonly method: string;
  readonly architecture: Architecture;
  readonly torch: readonly [task: string, options: Record<string, unknown>];
}

function tasks(images: Images): Task[] {
  const dense = (hidden: number): Architecture =>
    mlp.create({ hidden: [hidden, hidden], activation: 'relu' }, { inputShape: [INPUTS], outputs: CLASSES });
  const lenet = cnn.create(cnn.options.parse({}), { inputShape: [28, 28, 1], outputs: CLASSES });
  const point = { batch: BATCH, kind: 'adam', data: images.name };
  const image = { batch: BATCH, data: images.name, divisor: DIVISOR };
  return [
    ...[400, 1200].flatMap((hidden): Task[] => [
      {
        title: `maximum likelihood, 784-${hidden}-${hidden}-10`,
        method: 'sgd',
        architecture: dense(hidden),
        torch: ['point_step', { hidden, ...point }],
      },
      {
        title: `Bayes by Backprop, mixture prior, 784-${hidden}-${hidden}-10`,
        method: 'bbb-mixture',
        architecture: dense(hidden),
        torch: ['bbb_step', { hidden, ...point, style: 'tuned' }],
      },
    ]),
    {
      title: 'maximum likelihood, LeNet-5',
      method: 'sgd',
      architecture: lenet,
      torch: ['lenet_step', { ...image, estimator: 'point' }],
    },
    {
      title: 'Bayes by Backprop, LeNet-5',
      method: 'bbb-gaussian',
      architecture: lenet,
      torch: ['lenet_step', { ...image, estimator: 'weights' }],
    },
  ];
}

function contestOf(task: Task, crew: readonly Crew[], images: Images, peers: readonly PyTorch[]): Contest {
  return {
    title: `step of ${task.title}, adam, batch ${BATCH}, MNIST`,
    unit: milliseconds,
    contenders: [
      ...crew.map(({ name, ops }): Contender => {
        const context = contextOf(ops, task.architecture, 'adam');
        return here(name, trainerStep(task.method, {}, context, batchesOn(ops, images)));
      }),
      ...peers.map((peer) => peer.contender(...task.torch)),
    ],
  };
}

/** The loss of a network and its gradient, as evaluation and the last layer of a training step have it. */
function lossContest(crew: readonly Crew[], rows: number, classes: number): Contest {
  const labels = Uint8Array.from({ length: rows }, (_, row) => row % Math.min(classes, 256));
  return {
    title: `softmax, cross-entropy and its gradient, ${rows.toLocaleString('en')} rows x ${classes.toLocaleString('en')} classes`,
    unit: milliseconds,
    contenders: crew.map(({ name, ops }) => {
      const [logits, grad] = [ops.alloc([rows, classes]), ops.alloc([rows, classes])];
      ops.standardNormal(logits, [1, 2]);
      return here(name, () => void ops.softmaxCrossEntropy(logits, labels, grad, 1 / rows));
    }),
  };
}

await startTfjs();
const peers = await startPyTorch({ threads: 'all' });
const images = await mnist(10_000);
for (const peer of peers) {
  const [pixels, labels] = [images.pixels, images.labels].map((bytes) =>
    Buffer.from(bytes).toString('base64'),
  );
  await peer.ask('load', { name: images.name, pixels, labels });
}
const crew = await crews();
const setting = { ...machine(), ...Object.fromEntries(peers.map(({ label, version }) => [label, version])) };
console.error(setting);
const results: Result[] = [];
// Contests are made one by one, because each one keeps its operands in memory.
const contests: readonly (readonly [title: string, make: () => Contest])[] = [
  ...tasks(images).map((task) => [task.title, () => contestOf(task, crew, images, peers)] as const),
  ...[[1000, 1000] as const, [10_000, 10] as const].map(
    ([rows, classes]) => ['softmax', () => lossContest(crew, rows, classes)] as const,
  ),
];
for (const [, make] of contests.filter(([title]) => title.includes(values.only))) {
  const result = await hold(make(), Number(values.rounds), Number(values.slice));
  results.push(result);
  console.log(table(result));
}
if (values.json) await writeFile(values.json, `${JSON.stringify({ setting, results }, null, 2)}\n`);
for (const peer of peers) peer.stop();
process.exit(0);

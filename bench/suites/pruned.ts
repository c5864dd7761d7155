import { architectureOf } from '@bbb/core';
import { onnxModel } from '@bbb/export';
import { standaloneOps, type Operand, type Ops } from '@bbb/kernels';
import { categoricalLikelihood, dense, relu } from '@bbb/plugins';
import * as tf from '@tensorflow/tfjs-core';
import * as ort from 'onnxruntime-web';
import type { PackedTensor } from '../../packages/predict/src/format/decode.js';
import { placeLayers } from '../../packages/predict/src/format/shapes.js';
import { startEngine } from '../../packages/predict/src/runtime/engine.js';
import { loadNetwork, type LoadedNetwork } from '../../packages/predict/src/runtime/network.js';
import { here, microseconds, type Contender, type Contest } from '../contest.js';
import type { PyTorch } from '../peers/pytorch.js';
import { onKernels } from '../peers/tfjs.js';

const NETWORKS = [
  [784, 400, 400, 10],
  [784, 1200, 1200, 10],
] as const;

/** Numbers in [0, 1) without a pattern that a branch predictor could learn. */
const spread = (length: number, salt: number): Float32Array =>
  Float32Array.from({ length }, (_, i) => (Math.imul(i + 1, 2654435761 ^ salt) >>> 8) / 2 ** 24);

/** Forward passes of our pruned networks, our dense network, and other libraries, which do not use zeros. */
export async function prunedSuite(peers: readonly PyTorch[]): Promise<Contest[]> {
  const ops = await standaloneOps();
  const contests: Contest[] = [];
  for (const widths of NETWORKS) {
    for (const removed of [0.95, 0.98]) {
      const tensors = prunedTensors(widths, removed);
      const network = await load(widths, tensors);
      for (const rows of [128, 1]) {
        const inputs = spread(rows * 784, 7).map((x) => x + 0.01);
        contests.push({
          title: `${widths.join('-')} without ${100 * removed} % of its weights, ${rows === 1 ? 'one image' : `batch ${rows}`}, no zeros in the input`,
          unit: microseconds,
          contenders: [
            here('ours', () => {
              network.show(undefined);
              network.outputs(inputs, rows);
            }),
            ...(await densePasses(ops, widths, inputs, rows)),
            ...peers.flatMap((peer) =>
              ['dense', 'sparse'].map((kind) => {
                const contender = peer.contender('pruned', {
                  widths,
                  removed,
                  rows,
                  sparse: kind === 'sparse',
                });
                return { ...contender, name: `${contender.name}, ${kind}` };
              }),
            ),
          ],
        });
      }
    }
  }
  return [...contests, ...(await sparseInputs()), ...(await compactContests()), await drawsContest()];
}

/** Compares pruned and dense networks on inputs like those of MNIST, of which four fifths are zero. The dense product skips these zeros. */
async function sparseInputs(): Promise<Contest[]> {
  const contests: Contest[] = [];
  for (const widths of NETWORKS) {
    const whole = await load(widths, prunedTensors(widths, 0));
    for (const removed of [0.95, 0.98]) {
      const pruned = await load(widths, prunedTensors(widths, removed));
      for (const rows of [128, 1]) {
        const zero = spread(rows * 784, 11);
        const inputs = spread(rows * 784, 7).map((x, i) => (zero[i]! < 0.8 ? 0 : x + 0.01));
        const pass = (network: LoadedNetwork) => (): void => {
          network.show(undefined);
          network.outputs(inputs, rows);
        };
        contests.push({
          title: `${widths.join('-')} without ${100 * removed} % of its weights, ${rows === 1 ? 'one image' : `batch ${rows}`}, four fifths of the input zero`,
          unit: microseconds,
          contenders: [here('ours', pass(pruned)), here('ours, dense', pass(whole))],
        });
      }
    }
  }
  return contests;
}

/** Multiply-adds of one image. */
const productsOf = (widths: readonly number[]): number =>
  widths.slice(1).reduce((sum, units, l) => sum + widths[l]! * units, 0);

/** Compares the whole network with the smaller one that has a quarter of its hidden units. Compare the result with the ratio of their FLOPs. */
async function compactContests(): Promise<Contest[]> {
  const contests: Contest[] = [];
  for (const widths of NETWORKS) {
    const [inputs, ...others] = widths;
    const small = [inputs, ...others.slice(0, -1).map((units) => units / 4), others.at(-1)!];
    const ratio = productsOf(widths) / productsOf(small);
    const [whole, compact] = [
      await load(widths, prunedTensors(widths, 0)),
      await load(small, prunedTensors(small, 0)),
    ];
    for (const rows of [128, 1]) {
      const images = spread(rows * inputs, 7).map((x) => x + 0.01);
      const pass = (network: LoadedNetwork) => (): void => {
        network.show(undefined);
        network.outputs(images, rows);
      };
      contests.push({
        title: `${widths.join('-')} as ${small.join('-')}, ${ratio.toFixed(2)} times fewer FLOPs, ${rows === 1 ? 'one image' : `batch ${rows}`}`,
        unit: microseconds,
        contenders: [here('compact', pass(compact)), here('whole', pass(whole))],
      });
    }
  }
  return contests;
}

/** Compares ten draws of a pruned posterior for one image with one draw of a dense posterior on tfjs-wasm. */
async function drawsContest(): Promise<Contest> {
  const [widths] = NETWORKS;
  const network = await load(widths, prunedTensors(widths, 0.95, true));
  const image = spread(784, 7);
  const x = tf.tensor2d(image, [1, 784]);
  const layers = widths.slice(1).map((units, l) => {
    const shape: [number, number] = [widths[l]!, units];
    return [tf.tensor2d(spread(shape[0] * units, l), shape), tf.mul(tf.ones(shape), -4)] as const;
  });
  const draw = (): void =>
    tf.tidy(() => {
      let a: tf.Tensor2D = x;
      for (const [mu, rho] of layers) {
        const w = tf.add(mu, tf.mul(tf.softplus(rho), tf.randomNormal(mu.shape)));
        a = tf.relu(tf.matMul(a, w as tf.Tensor2D));
      }
      a.dataSync();
    });
  return {
    title:
      '784-400-400-10, one image: ten draws of the posterior without 95 % of its weights, and one dense draw',
    unit: microseconds,
    contenders: [
      here('ours, ten draws', () => {
        for (let s = 0; s < 10; s++) {
          network.show([s, 1]);
          network.outputs(image, 1);
        }
      }),
      onKernels('tfjs-wasm', draw, 'tfjs-wasm, one dense draw'),
    ],
  };
}

function prunedTensors(
  widths: readonly number[],
  removed: number,
  withSd = false,
): Map<string, PackedTensor> {
  return new Map(
    widths.slice(1).flatMap((units, l): [string, PackedTensor][] => {
      const size = widths[l]! * units;
      const places = Uint32Array.from(spread(size, l).keys()).filter((i) => spreadAt(i, l) >= removed);
      const sd = (count: number) => (withSd ? { sd: new Float32Array(count).fill(0.02) } : {});
      const mean = spread(places.length, l + 50).map((z) => z - 0.5);
      return [
        [`layers.${l}.weight`, { shape: [widths[l]!, units], places, mean, ...sd(places.length) }],
        [`layers.${l}.bias`, { shape: [units], mean: spread(units, l + 9), ...sd(units) }],
      ];
    }),
  );
}

const spreadAt = (i: number, salt: number): number => (Math.imul(i + 1, 2654435761 ^ salt) >>> 8) / 2 ** 24;

async function load(widths: readonly number[], tensors: Map<string, PackedTensor>): Promise<LoadedNetwork> {
  const layers = placeLayers({
    inputShape: [widths[0]!],
    target: { kind: 'class', classes: widths.at(-1)! },
    layers: widths
      .slice(1)
      .flatMap((units, l) => [
        { kind: 'dense' as const, units },
        ...(l < widths.length - 2 ? [{ kind: 'relu' as const }] : []),
      ]),
  });
  return loadNetwork(await startEngine(2 ** 30), layers, tensors);
}

async function densePasses(
  ops: Ops,
  widths: readonly number[],
  inputs: Float32Array,
  rows: number,
): Promise<Contender[]> {
  const weights = widths.slice(1).map((units, l) => spread(widths[l]! * units, l).map((z) => z - 0.5));
  const filled = (shape: readonly number[], values: ArrayLike<number>): Operand => {
    const x = ops.alloc(shape);
    ops.write(x, values);
    return x;
  };
  const own = weights.map((w, l) => filled([widths[l]!, widths[l + 1]!], w));
  const between = widths.map((units) => ops.alloc([rows, units]));
  const bias = widths.map((units) => ops.alloc([units]));
  const last = own.length - 1;
  const ours = (): void => {
    ops.write(between[0]!, inputs);
    own.forEach((w, l) =>
      ops.matmul(between[l + 1]!, between[l]!, w, { bias: bias[l + 1]!, relu: l < last }),
    );
    ops.read(between[last + 1]!);
  };
  const onTfjs = weights.map((w, l) => tf.tensor2d(w, [widths[l]!, widths[l + 1]!]));
  const tfjs = (): void =>
    tf.tidy(() => {
      let a = tf.tensor2d(inputs, [rows, widths[0]!]);
      onTfjs.forEach((w, l) => (a = l < last ? tf.relu(tf.matMul(a, w)) : tf.matMul(a, w)));
      a.dataSync();
    });
  return [here('ours, dense', ours), onKernels('tfjs-wasm', tfjs), await onnx(widths, weights, inputs, rows)];
}

async function onnx(
  widths: readonly number[],
  weights: readonly Float32Array[],
  inputs: Float32Array,
  rows: number,
): Promise<Contender> {
  const layers = widths.slice(1).flatMap((units, l) => {
    const linear = dense(l, [widths[l]!], units);
    return l < widths.length - 2 ? [linear, relu([units])] : [linear];
  });
  const architecture = architectureOf([widths[0]!], layers);
  const named = weights.flatMap((w, l): [string, Float32Array][] => [
    [`layers.${l}.weight`, w],
    [`layers.${l}.bias`, new Float32Array(widths[l + 1]!)],
  ]);
  const file = onnxModel({
    inputShape: architecture.inputShape,
    layers,
    form: categoricalLikelihood(widths.at(-1)!).form!,
    preprocessing: { input: { kind: 'divide', divisor: 1 } },
    members: [{ weights: Object.fromEntries(named), likelihood: {} }],
  });
  ort.env.wasm.numThreads = 1;
  const session = await ort.InferenceSession.create(file);
  const feed = { [session.inputNames[0]!]: new ort.Tensor('float32', inputs, [rows, widths[0]!]) };
  return here('onnxruntime-web', async () => {
    await session.run(feed);
  });
}

import * as tf from '@tensorflow/tfjs-core';
import { convGeometry, poolGeometry, wasmOps, type ConvGeometry, type Operand, type Ops } from '@bbb/kernels';
import { gflops, here, microseconds, type Contender, type Contest } from '../contest.js';
import type { PyTorch } from '../peers/pytorch.js';
import { onKernels } from '../peers/tfjs.js';

const BATCH = 128;

/** The convolutions of LeNet-5 as in the literature on pruning (20, 50, 500), and one of three channels with padding. */
const layers: readonly ConvGeometry[] = [
  convGeometry({ input: [28, 28, 1], window: 5, filters: 20 }),
  convGeometry({ input: [12, 12, 20], window: 5, filters: 50 }),
  convGeometry({ input: [16, 16, 32], window: 3, filters: 32, padding: 'same' }),
];

/** Compares convolutions and pools on our ops with our matrix product of the same size, tfjs-wasm and PyTorch. */
export async function convolutionSuite(peers: readonly PyTorch[]): Promise<Contest[]> {
  const variants: readonly [string, Ops][] = [
    ['ours', await wasmOps()],
    ['ours, relaxed', await wasmOps({ fastMath: true })],
  ];
  return [...layers.flatMap((layer) => convolutions(layer, variants, peers)), ...pools(variants, peers)];
}

const describe = ({ input, filter }: ConvGeometry): string =>
  `[${BATCH}, ${input.join(', ')}] with ${filter[3]} filters of ${filter[0]}x${filter[1]}`;

type Variants = readonly (readonly [string, Ops])[];

/** Forward, gradient of the input, gradient of the filters. Gradients are dense, or a sixth of them is not 0, as after a ReLU and a pool. */
function convolutions(g: ConvGeometry, variants: Variants, peers: readonly PyTorch[]): Contest[] {
  const [rows, depth, filters] = [
    BATCH * g.output[0] * g.output[1],
    g.filter[0] * g.filter[1] * g.filter[2],
    g.filter[3],
  ];
  const unit = gflops(2 * rows * depth * filters);
  const [ops] = variants.map(([, of]) => of) as [Ops];
  const make = (shape: readonly number[], key: number, share = 1): Operand => {
    const x = ops.alloc(shape);
    ops.standardNormal(x, [key, key]);
    ops.write(
      x,
      Array.from(ops.read(x), (z, i) => ((Math.imul(i, 2654435761) >>> 8) / 2 ** 24 < share ? z : 0)),
    );
    return x;
  };
  const [x, w] = [make([BATCH, ...g.input], 1), make(g.filter, 2)];
  const bias = make([filters], 3);
  const [out, dOut, thin] = [
    ops.alloc([BATCH, ...g.output]),
    make([BATCH, ...g.output], 4),
    make([BATCH, ...g.output], 5, 1 / 6),
  ];
  const [dx, dW, dBias] = [ops.alloc(x.shape), ops.alloc(w.shape), ops.alloc(bias.shape)];
  const ours = (run: (on: Ops) => void): Contender[] =>
    variants.map(([name, on]) => here(name, () => run(on)));
  const torch = (task: string): Contender[] =>
    peers.map((peer) => peer.contender('convolution', { kind: task, batch: BATCH, ...torchShape(g) }));
  /** Our matrix product of the same size, without making the matrix of windows. */
  const product = (m: number, n: number, k: number, transposeA = false, transposeB = false): Contender => {
    const a = make(transposeA ? [k, m] : [m, k], 6);
    const b = make(transposeB ? [n, k] : [k, n], 7);
    const c = ops.alloc([m, n]);
    return here('our matmul', () => ops.matmul(c, a, b, { transposeA, transposeB }));
  };
  const tx = tf.tensor4d(Float32Array.from(ops.read(x)), [BATCH, ...g.input]);
  const tw = tf.tensor4d(Float32Array.from(ops.read(w)), [...g.filter]);
  const padding = g.before[0] > 0 ? 'same' : 'valid';
  const stock = onKernels('tfjs-wasm', () => tf.conv2d(tx, tw, 1, padding).dispose());
  return [
    {
      title: `convolution of ${describe(g)}`,
      unit,
      contenders: [
        ...ours((on) => on.convolve(out, x, w, g, { bias, relu: true })),
        product(rows, filters, depth),
        stock,
        ...torch('forward'),
      ],
    },
    {
      title: `gradient of the input of ${describe(g)}`,
      unit,
      contenders: [
        ...ours((on) => on.convolveBackward(dx, dOut, w, g)),
        product(rows, depth, filters, false, true),
        ...torch('input'),
      ],
    },
    {
      title: `gradient of the filters of ${describe(g)}`,
      unit,
      contenders: [
        ...ours((on) => on.convolveGradients(dW, dBias, x, dOut, g)),
        product(depth, filters, rows, true),
        ...torch('filters'),
      ],
    },
    {
      title: `gradient of the input of ${describe(g)}, a sixth not zero`,
      unit,
      contenders: ours((on) => on.convolveBackward(dx, thin, w, g)),
    },
    {
      title: `gradient of the filters of ${describe(g)}, a sixth not zero`,
      unit,
      contenders: ours((on) => on.convolveGradients(dW, dBias, x, thin, g)),
    },
  ];
}

const torchShape = ({ input, filter, before }: ConvGeometry) => ({
  height: input[0],
  width: input[1],
  channels: input[2],
  filters: filter[3],
  window: filter[0],
  padding: before[0],
});

function pools(variants: Variants, peers: readonly PyTorch[]): Contest[] {
  return [
    poolGeometry({ input: [24, 24, 20], window: 2 }),
    poolGeometry({ input: [8, 8, 50], window: 2 }),
  ].flatMap((g) => {
    const [ops] = variants.map(([, of]) => of) as [Ops];
    const [x, out] = [ops.alloc([BATCH, ...g.input]), ops.alloc([BATCH, ...g.output])];
    const [dx, dOut] = [ops.alloc(x.shape), ops.alloc(out.shape)];
    ops.standardNormal(x, [1, 2]);
    ops.standardNormal(dOut, [1, 3]);
    const tx = tf.tensor4d(Float32Array.from(ops.read(x)), [BATCH, ...g.input]);
    const title = `2x2 of [${BATCH}, ${g.input.join(', ')}]`;
    const ours = (run: (on: Ops) => void): Contender[] =>
      variants.map(([name, on]) => here(name, () => run(on)));
    const torch = (task: string): Contender[] =>
      peers.map((peer) =>
        peer.contender('pool', {
          kind: task,
          batch: BATCH,
          height: g.input[0],
          width: g.input[1],
          channels: g.input[2],
        }),
      );
    return [
      {
        title: `max pool ${title}`,
        unit: microseconds,
        contenders: [
          ...ours((on) => on.maxPool(out, x, g)),
          onKernels('tfjs-wasm', () => tf.maxPool(tx, 2, 2, 'valid').dispose()),
          ...torch('max'),
        ],
      },
      {
        title: `gradient of max pool ${title}`,
        unit: microseconds,
        contenders: [...ours((on) => on.maxPoolBackward(dx, dOut, x, g)), ...torch('max backward')],
      },
      {
        title: `average pool ${title}`,
        unit: microseconds,
        contenders: [
          ...ours((on) => on.averagePool(out, x, g)),
          onKernels('tfjs-wasm', () => tf.avgPool(tx, 2, 2, 'valid').dispose()),
        ],
      },
    ];
  });
}

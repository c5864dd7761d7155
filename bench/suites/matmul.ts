import { defaultDevice, init, jit, numpy as np } from '@jax-js/jax';
import * as tf from '@tensorflow/tfjs-core';
import { gflops, here, microseconds, type Contender, type Contest } from '../contest.js';
import { loadKernels } from '../../packages/kernels/src/wasm/instance.js';
import type { PyTorch } from '../peers/pytorch.js';
import { onAllKernels } from '../peers/tfjs.js';

interface Product {
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly transposeA?: boolean;
  readonly transposeB?: boolean;
}

// The products of a training step (forward, gradient of the weights, gradient of the input), evaluation, and odd ones.
const large: readonly Product[] = [
  { m: 128, n: 400, k: 784 },
  { m: 784, n: 400, k: 128, transposeA: true },
  { m: 128, n: 784, k: 400, transposeB: true },
  { m: 128, n: 400, k: 784, transposeA: true, transposeB: true },
  { m: 128, n: 10, k: 400 },
  { m: 10_000, n: 400, k: 784 },
  { m: 128, n: 1200, k: 1200 },
];

const small: readonly Product[] = [
  { m: 1, n: 1, k: 1 },
  { m: 1, n: 10, k: 400 },
  { m: 1, n: 400, k: 784 },
  { m: 1, n: 400, k: 784, transposeB: true },
  { m: 2, n: 400, k: 784 },
  { m: 5, n: 7, k: 3 },
  { m: 8, n: 8, k: 8 },
  { m: 17, n: 17, k: 17, transposeA: true },
  { m: 32, n: 32, k: 32 },
  { m: 400, n: 1, k: 784 },
  { m: 64, n: 64, k: 64, transposeB: true },
];

/** Compares tf.matMul on our kernels, strict and relaxed, with tfjs-wasm's own, jax-js, PyTorch and the bare micro-kernel. */
export async function matmulSuite(peers: readonly PyTorch[]): Promise<Contest[]> {
  await init('wasm');
  defaultDevice('wasm');
  const bare = await bareKernels();
  await Promise.all(peers.map(checkPeer));
  return [
    ...large.map((product) => ({
      title: `matmul ${describe(product)}`,
      unit: gflops(2 * product.m * product.n * product.k),
      contenders: [
        ...tfjs(product),
        jax(product),
        ...peers.map((peer) => peer.contender('matmul', { ...product })),
        ...bare.map((make) => make(2 * product.m * product.n * product.k)),
      ],
    })),
    ...small.map((product) => ({
      title: `matmul ${describe(product)}`,
      unit: microseconds,
      contenders: [...tfjs(product), jax(product)],
    })),
  ];
}

const describe = ({ m, n, k, transposeA, transposeB }: Product): string =>
  `[${m}, ${k}]${transposeA ? "'" : ''} x [${k}, ${n}]${transposeB ? "'" : ''}`;

/** Checks the result of a product, because some kernels of OpenBLAS give wrong results on some machines. */
async function checkPeer(peer: PyTorch): Promise<void> {
  const { m, n, k } = large[0]!;
  const { values } = await peer.ask('matmul', { m, n, k });
  const expected = tf.tidy(() =>
    tf.matMul(tf.tensor2d(ramp(m * k), [m, k]), tf.tensor2d(ramp(k * n), [k, n])).dataSync(),
  );
  const wrong = expected.findIndex((value, i) => !(Math.abs(value - values![i]!) < 1e-3));
  if (wrong >= 0)
    throw new Error(`${peer.label} multiplies wrongly: ${values![wrong]} for ${expected[wrong]} at ${wrong}`);
}

/** The same numbers as in bench/pytorch/kernels.py. */
export const ramp = (length: number): Float32Array =>
  Float32Array.from({ length }, (_, i) => ((i * 37) % 101) / 101 - 0.5);

function tfjs({ m, n, k, transposeA = false, transposeB = false }: Product): Contender[] {
  const a = tf.tensor(ramp(m * k), transposeA ? [k, m] : [m, k]);
  const b = tf.tensor(ramp(k * n), transposeB ? [n, k] : [k, n]);
  return onAllKernels(() => tf.matMul(a, b, transposeA, transposeB).dispose());
}

function jax({ m, n, k, transposeA = false, transposeB = false }: Product): Contender {
  const a = np.array(ramp(m * k)).reshape(transposeA ? [k, m] : [m, k]);
  const b = np.array(ramp(k * n)).reshape(transposeB ? [n, k] : [k, n]);
  const product = jit((x: np.Array, y: np.Array) =>
    np.matmul(transposeA ? np.transpose(x) : x, transposeB ? np.transpose(y) : y),
  );
  return here('jax-js', async () => {
    const c = product(a.ref, b.ref);
    await c.blockUntilReady();
    c.dispose();
  });
}

/** The micro-kernel alone on one packed tile, for as many operations. This is the speed of a product without packing. */
async function bareKernels(): Promise<((operations: number) => Contender)[]> {
  const variants = await Promise.all([loadKernels('strict'), loadKernels('relaxed')]);
  return variants.map((kernels) => (operations) => {
    const depth = 256;
    const at = kernels.scratch('bench', 64 * 1024);
    kernels.f32(at, 16 * 1024).fill(0.5);
    const times = Math.ceil(operations / (64 * depth));
    return here(kernels.variant === 'strict' ? 'bare tiles' : 'bare tiles, relaxed', () =>
      kernels.run.bareTiles(times, depth, at, at + 8192, at + 32_768),
    );
  });
}

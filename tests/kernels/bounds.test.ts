import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { KernelExports } from '../../packages/kernels/src/wasm/exports.js';

const PAGES = 32;
const file = new URL('../../packages/kernels/dist/kernels.wasm', import.meta.url);
const module = new WebAssembly.Module(readFileSync(file));

/** Addresses of operands of n numbers. One of them ends at the end of the memory, so a read after it traps. */
function operands(n: number, count: number, last: number): { run: KernelExports; at: number[] } {
  const memory = new WebAssembly.Memory({ initial: PAGES });
  const instance = new WebAssembly.Instance(module, { env: { memory } });
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the signatures are those of assembly/
  const run = instance.exports as unknown as KernelExports;
  run.useWorkspace(64);
  const f32 = new Float32Array(memory.buffer);
  const at = Array.from({ length: count }, (_, i) =>
    i === last ? memory.buffer.byteLength - 4 * n : (1 << 17) + i * (1 << 13),
  );
  for (const start of at) f32.fill(0.3, start / 4, start / 4 + n);
  return { run, at };
}

type Call = (run: KernelExports, n: number, ...at: [number, number, number, number, number, number]) => void;
const adam = [2, 0.1, 0.9, 0.1, 0.99, 0.01, 1, 1e-8] as const;

const calls: Record<string, readonly [number, Call]> = {
  variance: [2, (run, n, out, rho) => run.variance(out, rho, n)],
  varianceAndRatio: [3, (run, n, variance, ratio, rho) => run.varianceAndRatio(variance, ratio, rho, n)],
  localGradients: [
    6,
    (run, n, gMu, gRho, mu, rho, mean, variance) =>
      run.localGradients(gMu, gRho, mu, rho, 0, 0, mean, variance, n, 0.1, 1, 1, true),
  ],
  'localGradients, log-uniform, given what is known of rho': [
    6,
    (run, n, gMu, mu, sigma2, ratio, mean, variance) =>
      run.localGradients(gMu, 1 << 19, mu, 1 << 19, sigma2, ratio, mean, variance, n, 0.1, 0, 1, true),
  ],
  updateIvon: [
    5,
    (run, n, mu, variance, momentum, w, grad) =>
      run.updateIvon(mu, variance, momentum, w, 0, grad, n, 0.9, 0.1, 100, 1, 0.1, 1, 0.1),
  ],
  'updateIvon, of products': [
    5,
    (run, n, mu, variance, momentum, product, grad) =>
      run.updateIvon(mu, variance, momentum, 0, product, grad, n, 0.9, 0.1, 100, 1, 0.1, 1, 0.1),
  ],
  concreteMask: [1, (run, n, out) => run.concreteMask(out, n, 1, 2, 0.1, 10, 1.1)],
  updateLocal: [
    4,
    (run, n, mu, rho, mean, variance) =>
      run.updateLocal(mu, rho, 1 << 19, 1 << 19, 1 << 19, 1 << 19, 0, 0, mean, variance, n, 0.1, 1, ...adam),
  ],
  gaussianKl: [2, (run, n, mu, rho) => run.gaussianKl(mu, rho, n, 1, 0)],
  'gaussianKl, log-uniform': [2, (run, n, mu, rho) => run.gaussianKl(mu, rho, n, 0, 0)],
  sampleActivations: [
    4,
    (run, n, out, mean, variance, slope) => run.sampleActivations(out, mean, variance, slope, n, 1, 2),
  ],
  sampleWeights: [
    4,
    (run, n, out, mean, variance, x) => {
      run.usedGroups(1 << 19, x, 1, n, 1);
      run.sampleWeights(out, mean, variance, 1 << 19, n, 1, 2);
    },
  ],
  multiplySigns: [2, (run, n, out, x) => run.multiplySigns(out, x, n, 1, 2, true)],
  addProduct: [3, (run, n, out, a, b) => run.addProduct(out, a, b, n, 2)],
  tanh: [2, (run, n, out, x) => run.tanh(out, x, n)],
  tanhBackward: [2, (run, n, grad, y) => run.tanhBackward(grad, y, n)],
  relu: [2, (run, n, out, x) => run.relu(out, x, n)],
  dropoutChannels: [2, (run, n, out, x) => run.dropoutChannels(out, x, 1, 1, n, 1, 2, 1000, 1, 1 << 20)],
};

test.each(Object.entries(calls))('%s reads nothing after the end of its operands', (_, [count, call]) => {
  for (const n of [1, 2, 3, 4, 5, 7, 511, 514]) {
    for (let last = 0; last < count; last++) {
      const { run, at } = operands(n, count, last);
      expect(() => call(run, n, ...(at as [number, number, number, number, number, number]))).not.toThrow();
    }
  }
});

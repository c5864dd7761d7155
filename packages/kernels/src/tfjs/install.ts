import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import {
  getKernel,
  registerKernel,
  unregisterKernel,
  type KernelConfig,
  type KernelFunc,
} from '@tensorflow/tfjs-core';
import { KernelError } from '../errors.js';
import { kernelsOn, type TfjsKernels } from '../wasm/instance.js';
import { kernelModule } from '../wasm/module.js';
import { registerGradients } from './gradients/index.js';
import { checkTfjsVersion, isWasmBackend, wasmBackend } from './internals.js';
import { conv2d, conv2dBackpropFilter, conv2dBackpropInput, fusedConv2d } from './kernels/convolution.js';
import { batchMatMul, fusedMatMul } from './kernels/matmul.js';
import { pools } from './kernels/pools.js';
import { max, sum } from './kernels/reductions.js';
import { unsortedSegmentSum } from './kernels/segment-sum.js';
import { softmaxes } from './kernels/softmax.js';
import { sub } from './kernels/subtract.js';
import { unaries } from './kernels/unary.js';
import type { Override } from './kernels/override.js';

const overrides: readonly Override[] = [
  batchMatMul,
  fusedMatMul,
  conv2d,
  fusedConv2d,
  conv2dBackpropInput,
  conv2dBackpropFilter,
  ...pools,
  ...unaries,
  ...softmaxes,
  max,
  sum,
  sub,
  unsortedSegmentSum,
];

export interface InstallOptions {
  /** Fused multiply-add: faster, but the last bits depend on the CPU. Default false. */
  readonly fastMath?: boolean;
}

/**
 * From now on tfjs's own ops run on our kernels wherever its wasm backend does, and `tf.grads` works in Node without the
 * `@tensorflow/tfjs` umbrella. Called once the backend is active (`await startTfjs()`), and again to change `fastMath`.
 *
 * @returns puts tfjs's own kernels back (the gradients stay)
 * @throws KernelError `KERNEL_BACKEND` when another backend is active, or none: nothing would run on our kernels;
 *   `KERNEL_TFJS_VERSION`, `KERNEL_RELAXED_UNSUPPORTED`
 */
export async function installKernels({ fastMath = false }: InstallOptions = {}): Promise<() => void> {
  checkTfjsVersion();
  const variant = fastMath ? 'relaxed' : 'strict';
  const module = await kernelModule(variant);
  wasmBackend();
  registerGradients();
  installed = remembering((backend) => kernelsOn(backend, module, variant));
  for (const override of overrides) install(override, installed);
  return uninstallKernels;
}

type KernelsOf = (backend: BackendWasm) => TfjsKernels;

// Kernels of a few numbers take a microsecond: there is one backend, which need not be looked up each time.
function remembering(find: KernelsOf): KernelsOf {
  let last: { backend: BackendWasm; kernels: TfjsKernels } | undefined;
  return (backend) => {
    if (last?.backend !== backend) last = { backend, kernels: find(backend) };
    return last.kernels;
  };
}

let installed: KernelsOf | undefined;

/** The kernels that tfjs's ops run on. Throws `KERNEL_BACKEND` before {@link installKernels}. */
export function installedKernels(backend: BackendWasm): TfjsKernels {
  if (installed) return installed(backend);
  throw new KernelError(
    'KERNEL_BACKEND',
    'the kernels are not installed. Call `await installKernels()` first.',
  );
}

// tfjs's own kernels, by name; undefined where it has none. Also: what is installed.
const stocks = new Map<string, KernelConfig | undefined>();

function install(override: Override, kernelsOf: KernelsOf): void {
  const { kernelName } = override;
  if (!stocks.has(kernelName)) stocks.set(kernelName, getKernel(kernelName, 'wasm'));
  const stock = stocks.get(kernelName);
  const kernelFunc: KernelFunc = (params) => {
    const { backend } = params;
    if (!isWasmBackend(backend)) {
      throw new KernelError(
        'KERNEL_BACKEND',
        `${kernelName} was called for another backend than tfjs's wasm backend.`,
      );
    }
    const result = override.run(params, { kernels: kernelsOf(backend), backend });
    if (result) return result;
    if (stock) return stock.kernelFunc(params);
    throw new KernelError('KERNEL_TYPE', `${kernelName} takes float32 tensors on the wasm backend.`);
  };
  // With tfjs's set-up, which its kernel needs when the backend is started again.
  replace(kernelName, { ...stock, kernelName, backendName: 'wasm', kernelFunc });
}

function uninstallKernels(): void {
  for (const [kernelName, stock] of stocks) replace(kernelName, stock);
  stocks.clear();
  installed = undefined;
}

function replace(kernelName: string, config: KernelConfig | undefined): void {
  if (getKernel(kernelName, 'wasm')) unregisterKernel(kernelName, 'wasm');
  if (config) registerKernel(config);
}

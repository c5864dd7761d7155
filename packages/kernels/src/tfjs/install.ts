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
 * Makes tfjs's own ops run on our kernels wherever its wasm backend runs, and `tf.grads` work in Node without the `@tensorflow/tfjs`
 * umbrella. Call it when the backend is active (`await startTfjs()`), and again to change `fastMath`.
 *
 * @param options `fastMath` fuses multiply-adds: faster, and bits may differ between machines. Default: false
 * @returns a function that restores tfjs's own kernels (the gradients stay)
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

// There is only one backend. It is kept here, because a kernel on a few numbers takes a microsecond, and looking the backend up would take
// longer.
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

// tfjs's own kernels by the names of those that are installed; undefined if tfjs has no such kernel.
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
        `${kernelName} works on tfjs's wasm backend only, and was called on another. Call \`await startTfjs()\` first.`,
      );
    }
    const result = override.run(params, { kernels: kernelsOf(backend), backend });
    if (result) return result;
    if (stock) return stock.kernelFunc(params);
    throw new KernelError('KERNEL_TYPE', `${kernelName} takes float32 tensors on the wasm backend.`);
  };
  // Keeps tfjs's set-up function, which its kernel needs when the backend is started again.
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

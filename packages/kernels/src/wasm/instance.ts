import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { tensorOffset, tfjsHeap, wasmBackend } from '../tfjs/internals.js';
import { kernelsOnHeap, type Kernels } from './kernels.js';
import { kernelModule, type KernelVariant } from './module.js';

/** Our kernels, instantiated on the memory of tfjs's wasm backend. */
export interface TfjsKernels extends Kernels {
  /** Byte offset of a tensor's numbers. Valid until the tensor is disposed; growth of the memory does not move it. */
  offset(tensor: TensorInfo): number;
}

/**
 * The kernels on the active wasm backend's memory. Throws `KERNEL_BACKEND`, `KERNEL_TFJS_VERSION` or
 * `KERNEL_RELAXED_UNSUPPORTED`.
 */
export async function loadKernels(variant: KernelVariant = 'strict'): Promise<TfjsKernels> {
  const module = await kernelModule(variant);
  return kernelsOn(wasmBackend(), module, variant);
}

const instances = new WeakMap<BackendWasm, Map<KernelVariant, TfjsKernels>>();

/** The kernels on one backend's memory, instantiated once per backend and variant. */
export function kernelsOn(
  backend: BackendWasm,
  module: WebAssembly.Module,
  variant: KernelVariant,
): TfjsKernels {
  let ofBackend = instances.get(backend);
  if (!ofBackend) instances.set(backend, (ofBackend = new Map()));
  let kernels = ofBackend.get(variant);
  if (!kernels) {
    const made = kernelsOnHeap(tfjsHeap(backend), module, variant);
    kernels = { ...made, offset: (tensor) => tensorOffset(tensor, backend) };
    ofBackend.set(variant, kernels);
  }
  return kernels;
}

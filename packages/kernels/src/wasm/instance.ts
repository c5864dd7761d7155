import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { tensorOffset, tfjsHeap, wasmBackend } from '../tfjs/internals.js';
import type { KernelExports } from './exports.js';
import { kernelModule, type KernelVariant } from './module.js';

/** Our kernels, instantiated on the memory of tfjs's wasm backend. */
export interface Kernels {
  readonly variant: KernelVariant;
  readonly run: KernelExports;
  /** Byte offset of a tensor's numbers. Valid until the tensor is disposed; growth of the memory does not move it. */
  offset(tensor: TensorInfo): number;
  /** View on `length` float32 at a byte offset (a multiple of 4). Use at once: memory growth detaches it. */
  f32(pointer: number, length: number): Float32Array;
  /** View on `length` bytes. Use at once: memory growth detaches it. */
  u8(pointer: number, length: number): Uint8Array;
  /**
   * At least `bytes` bytes of working memory, 64-byte aligned, taken from tfjs's heap once and kept: a larger request for the
   * same slot replaces it. Contents do not survive the next call for the slot.
   */
  scratch(slot: string, bytes: number): number;
}

/**
 * The kernels on the active wasm backend's memory. Throws `KERNEL_BACKEND`, `KERNEL_TFJS_VERSION` or
 * `KERNEL_RELAXED_UNSUPPORTED`.
 */
export async function loadKernels(variant: KernelVariant = 'strict'): Promise<Kernels> {
  const module = await kernelModule(variant);
  return kernelsOn(wasmBackend(), module, variant);
}

const instances = new WeakMap<BackendWasm, Map<KernelVariant, Kernels>>();

/** The kernels on one backend's memory, instantiated once per backend and variant. */
export function kernelsOn(backend: BackendWasm, module: WebAssembly.Module, variant: KernelVariant): Kernels {
  let ofBackend = instances.get(backend);
  if (!ofBackend) instances.set(backend, (ofBackend = new Map()));
  let kernels = ofBackend.get(variant);
  if (!kernels) ofBackend.set(variant, (kernels = instantiate(backend, module, variant)));
  return kernels;
}

function instantiate(backend: BackendWasm, module: WebAssembly.Module, variant: KernelVariant): Kernels {
  const heap = tfjsHeap(backend);
  const instance = new WebAssembly.Instance(module, { env: { memory: heap.memory } });
  const regions = new Map<string, { raw: number; pointer: number; bytes: number }>();
  const kernels: Kernels = {
    variant,
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the signatures are those of assembly/
    run: instance.exports as unknown as KernelExports,
    offset: (tensor) => tensorOffset(tensor, backend),
    f32: (pointer, length) => new Float32Array(heap.memory.buffer, pointer, length),
    u8: (pointer, length) => new Uint8Array(heap.memory.buffer, pointer, length),
    scratch(slot, bytes) {
      let region = regions.get(slot);
      if (!region || region.bytes < bytes) {
        if (region) heap.free(region.raw);
        const raw = heap.malloc(bytes + 63);
        region = { raw, pointer: alignUp(raw, 64), bytes };
        regions.set(slot, region);
      }
      return region.pointer;
    },
  };
  kernels.run.useWorkspace(kernels.scratch('workspace', kernels.run.workspaceBytes()));
  return kernels;
}

// Arithmetic, not bit operations: pointers reach beyond 2 GB.
const alignUp = (pointer: number, alignment: number): number => Math.ceil(pointer / alignment) * alignment;

// The only file that uses internals of tfjs. Everything here is written for TFJS_VERSION. When an update changes them,
// tests/kernels/internals.test.ts shows which assumption broke.
import * as tf from '@tensorflow/tfjs-core';
import { BackendWasm, version_wasm } from '@tensorflow/tfjs-backend-wasm';
import { KernelError } from '../errors.js';

/** The version of tfjs-core and tfjs-backend-wasm whose internals this package uses. */
export const TFJS_VERSION: string = '4.22.0';

/** The heap of tfjs-wasm: its memory and its allocator. */
export interface TfjsHeap {
  readonly memory: WebAssembly.Memory;
  /** Bytes on tfjs's heap, 16-byte aligned at best. Throws `KERNEL_BACKEND` when the heap is exhausted. */
  malloc(bytes: number): number;
  free(pointer: number): void;
}

interface EmscriptenModule {
  readonly asm: { readonly memory: WebAssembly.Memory };
  _malloc(this: void, bytes: number): number;
  _free(this: void, pointer: number): void;
}

const isOurEmscripten = (module: object): module is EmscriptenModule =>
  '_malloc' in module &&
  '_free' in module &&
  'asm' in module &&
  typeof module.asm === 'object' &&
  module.asm !== null &&
  'memory' in module.asm &&
  module.asm.memory instanceof WebAssembly.Memory;

/** Throws `KERNEL_TFJS_VERSION` for another version of tfjs, whose internals may differ. */
export function checkTfjsVersion(core: string = tf.version_core, wasm: string = version_wasm): void {
  if (core === TFJS_VERSION && wasm === TFJS_VERSION) return;
  throw new KernelError(
    'KERNEL_TFJS_VERSION',
    `@bbb/kernels works inside tfjs ${TFJS_VERSION}, got tfjs-core ${core} and tfjs-backend-wasm ${wasm}. ` +
      `Install @tensorflow/tfjs-core@${TFJS_VERSION} and @tensorflow/tfjs-backend-wasm@${TFJS_VERSION}.`,
  );
}

/** tfjs's wasm backend. Throws `KERNEL_TFJS_VERSION` for another tfjs, `KERNEL_BACKEND` when it is not the active backend. */
export function wasmBackend(): BackendWasm {
  checkTfjsVersion();
  // It is absent if no backend has been started, although tfjs's types say otherwise.
  const active = tf.getBackend() as string | undefined;
  const backend = active === 'wasm' ? tf.backend() : undefined;
  if (!(backend instanceof BackendWasm)) {
    const got = active ? `the active tfjs backend is '${active}'` : 'no tfjs backend is active';
    throw new KernelError('KERNEL_BACKEND', `${got}, expected 'wasm'. Call \`await startTfjs()\` first.`);
  }
  return backend;
}

export const isWasmBackend = (backend: object): backend is BackendWasm => backend instanceof BackendWasm;

/** The heap of the active wasm backend. Throws `KERNEL_TFJS_VERSION` or `KERNEL_BACKEND`. */
export function tfjsHeap(backend: BackendWasm = wasmBackend()): TfjsHeap {
  const module = backend.wasm;
  if (!isOurEmscripten(module)) {
    throw new KernelError(
      'KERNEL_TFJS_VERSION',
      `tfjs-backend-wasm ${version_wasm} does not expose backend().wasm.asm.memory, _malloc and _free. Install ${TFJS_VERSION}.`,
    );
  }
  const { _malloc: malloc, _free: free } = module;
  return {
    memory: module.asm.memory,
    malloc(bytes) {
      // `>>> 0`: emscripten returns a signed number, negative above 2 GB.
      const pointer = malloc(bytes) >>> 0;
      if (pointer === 0 && bytes > 0) {
        throw new KernelError(
          'KERNEL_BACKEND',
          `tfjs's heap has no room for ${bytes} bytes. Dispose some tensors.`,
        );
      }
      return pointer;
    },
    free: (pointer) => free(pointer),
  };
}

/**
 * Byte offset of a tensor's numbers in tfjs's memory; a tensor of another backend is moved there, as tfjs does it. Stays valid
 * until the tensor is disposed.
 */
export function tensorOffset(tensor: tf.TensorInfo, backend: BackendWasm = wasmBackend()): number {
  try {
    return backend.dataIdMap.get(tensor.dataId).memoryOffset;
  } catch (cause) {
    // `get` moves data from another backend. For a disposed tensor it does not know that backend and would fail without a clear error.
    if (tf.engine().state.tensorInfo.has(tensor.dataId)) throw cause;
    const message = `the tensor of shape [${tensor.shape.join(', ')}] has been disposed.`;
    throw new KernelError('KERNEL_DISPOSED', message, { cause });
  }
}

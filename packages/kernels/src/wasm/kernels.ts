import { KernelError } from '../errors.js';
import { BUILD } from './build.js';
import type { KernelExports } from './exports.js';
import type { KernelVariant } from './module.js';

/** Our kernels, or those of a smaller module, instantiated on some memory. */
export interface Kernels<Exports = KernelExports> {
  readonly variant: KernelVariant;
  readonly run: Exports;
  /** View on `length` float32 at a byte offset (a multiple of 4). Use at once: memory growth detaches it. */
  f32(pointer: number, length: number): Float32Array;
  /** View on `length` bytes. Use at once: memory growth detaches it. */
  u8(this: void, pointer: number, length: number): Uint8Array;
  /**
   * At least `bytes` bytes of working memory, 64-byte aligned, taken from the heap once and kept: a larger request for the
   * same slot replaces it. Contents do not survive the next call for the slot.
   */
  scratch(this: void, slot: string, bytes: number): number;
}

/** A memory and its allocator. */
export interface Heap {
  readonly memory: WebAssembly.Memory;
  /** Bytes, 16-byte aligned at least. Throws a KernelError when there is no room. */
  readonly malloc: (bytes: number) => number;
  readonly free: (pointer: number) => void;
}

type Workspace = Pick<KernelExports, 'useWorkspace' | 'workspaceBytes'>;

/** The kernels of a compiled module on a heap. Throws `KERNEL_BUILD` if the module comes from another build. */
export function kernelsOnHeap<Exports extends Workspace = KernelExports>(
  heap: Heap,
  module: WebAssembly.Module,
  variant: KernelVariant,
): Kernels<Exports> {
  const { memory } = heap;
  const instance = new WebAssembly.Instance(module, { env: { memory } });
  checkBuild(instance);
  const regions = new Map<string, { raw: number; pointer: number; bytes: number }>();
  const kernels: Kernels<Exports> = {
    variant,
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the signatures are those of assembly/
    run: instance.exports as unknown as Exports,
    f32: (pointer, length) => new Float32Array(memory.buffer, pointer, length),
    u8: (pointer, length) => new Uint8Array(memory.buffer, pointer, length),
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

/**
 * Refuses a module that was compiled from other code. Its functions may have other arguments; then networks would learn nothing, and no error
 * would be thrown.
 */
function checkBuild({ exports }: WebAssembly.Instance): void {
  const build: unknown = typeof exports['build'] === 'function' ? exports['build']() : 'none';
  if (build === BUILD) return;
  throw new KernelError(
    'KERNEL_BUILD',
    `the WebAssembly of @bbb/kernels comes from another build than its JavaScript: got the build number ${String(build)}, expected ${BUILD}. ` +
      'In a checkout, type `npm run build`. In a page, serve the .wasm files of the version that was bundled.',
  );
}

// Uses arithmetic instead of bit operations, because pointers may be beyond 2 GB.
const alignUp = (pointer: number, alignment: number): number => Math.ceil(pointer / alignment) * alignment;

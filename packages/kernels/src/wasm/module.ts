import { KernelError } from '../errors.js';
import { isNode } from './platform.js';

/** `strict`: the same bits on every machine. `relaxed`: fused multiply-add, faster, and the last bits depend on the CPU. */
export type KernelVariant = 'strict' | 'relaxed';

const files = {
  strict: 'kernels.wasm',
  relaxed: 'kernels-relaxed.wasm',
  // For a memory that threads share.
  'shared strict': 'kernels-shared.wasm',
  'shared relaxed': 'kernels-shared-relaxed.wasm',
} as const;
type Build = keyof typeof files;

// The same relative paths from src/wasm and from dist/wasm. They are literals, because for a computed name bundlers include the whole folder.
const urls: Readonly<Record<Build, () => URL>> = {
  strict: () => new URL('../../dist/kernels.wasm', import.meta.url),
  relaxed: () => new URL('../../dist/kernels-relaxed.wasm', import.meta.url),
  'shared strict': () => new URL('../../dist/kernels-shared.wasm', import.meta.url),
  'shared relaxed': () => new URL('../../dist/kernels-shared-relaxed.wasm', import.meta.url),
};

const compiled = new Map<Build, Promise<WebAssembly.Module>>();
let folder: string | undefined;

/**
 * Where a page finds kernels.wasm, and kernels-relaxed.wasm for fast math: a URL that ends in a slash, relative to the page. Call it
 * before anything else of this package. Default: the package's `dist` folder beside the module, which is wrong
 * when a bundler has moved the module. In Node the files are always found.
 *
 * @param url a folder that holds the two files, e.g. `/assets/kernels/`
 */
export function setKernelsPath(url: string): void {
  folder = url;
  compiled.clear();
}

/** The folder of {@link setKernelsPath}, if it was called. */
export const kernelsFolder = (): string | undefined => folder;

/**
 * The compiled module, once per thread. Throws `KERNEL_RELAXED_UNSUPPORTED` where this engine has no relaxed SIMD.
 * @param shared for a memory that threads share. Default false.
 */
export function kernelModule(variant: KernelVariant, shared = false): Promise<WebAssembly.Module> {
  const build: Build = shared ? `shared ${variant}` : variant;
  let module = compiled.get(build);
  if (!module) compiled.set(build, (module = compile(build)));
  return module;
}

async function compile(build: Build): Promise<WebAssembly.Module> {
  if (build.endsWith('relaxed') && !(await supportsRelaxedSimd())) {
    throw new KernelError(
      'KERNEL_RELAXED_UNSUPPORTED',
      'this JavaScript engine has no relaxed WebAssembly SIMD. Use Node 20.19 or newer, or leave fast math off.',
    );
  }
  const url = urls[build]();
  if (!isNode) return fetchModule(folder === undefined ? url : new URL(folder + files[build], location.href));
  const { readFile } = await import('node:fs/promises');
  return WebAssembly.compile(await readFile(url));
}

async function fetchModule(url: URL): Promise<WebAssembly.Module> {
  const response = await fetch(url);
  if (!response.ok) {
    throw new KernelError(
      'KERNEL_NOT_FOUND',
      `${url.href} answered ${response.status}. Serve dist/kernels.wasm of @bbb/kernels and call setKernelsPath with the URL of its folder.`,
    );
  }
  // compileStreaming would refuse files from servers that do not know the type of .wasm.
  return WebAssembly.compile(await response.arrayBuffer());
}

/**
 * Whether relaxed SIMD can be compiled. In Node 20 it needs a V8 flag, which this function sets for the whole process. The flag only changes
 * which modules are accepted. In Node 22 and newer it is always on.
 */
export async function supportsRelaxedSimd(): Promise<boolean> {
  if (acceptsRelaxedSimd()) return true;
  if (!isNode) return false;
  const { setFlagsFromString } = await import('node:v8');
  setFlagsFromString('--experimental-wasm-relaxed-simd');
  return acceptsRelaxedSimd();
}

// (module (func (param v128 v128 v128) (result v128) local.get 0 local.get 1 local.get 2 f32x4.relaxed_madd))
// prettier-ignore
const probe = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 8, 1, 96, 3, 123, 123, 123, 1, 123, 3, 2, 1, 0,
  10, 13, 1, 11, 0, 32, 0, 32, 1, 32, 2, 253, 133, 2, 11,
]);

const acceptsRelaxedSimd = (): boolean => WebAssembly.validate(probe);

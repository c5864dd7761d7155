/**
 * WebAssembly SIMD kernels for training on a CPU: in tfjs's memory ({@link installKernels}, {@link wasmOps}), or in their own memory without
 * tfjs ({@link standaloneOps}). {@link referenceOps} are the same ops in plain float64 TypeScript, for tests.
 *
 * Import it to make stock tfjs-wasm train faster, or to write a numeric method once for both. Trials get their ops from `startBackend` of
 * `@bbb/core`. `@bbb/kernels/parts` has what needs neither tfjs nor a file, for programs that only predict; `@bbb/kernels/predict-wasm` and
 * `@bbb/kernels/numbers-wasm` are the WebAssembly modules that these load.
 *
 * @packageDocumentation
 */
export type { Key } from './key.js';
export type { Prior } from './prior.js';
export { momentCount, type OptimizerStep } from './optimizer.js';
export {
  convGeometry,
  poolGeometry,
  type ConvGeometry,
  type ConvOptions,
  type Extent,
  type Padding,
  type PoolGeometry,
  type PoolOptions,
} from './geometry.js';
export type {
  ConvolveOptions,
  CrossEntropy,
  Gaussian,
  GaussianSample,
  GaussianUpdate,
  IvonUpdate,
  LocalGradients,
  LocalUpdate,
  MatMulOptions,
  Operand,
  Ops,
  PointUpdate,
  Threads,
  VarianceGaussian,
} from './ops.js';
export { KernelError } from './errors.js';
export { installKernels, type InstallOptions } from './tfjs/install.js';
export { keyedNormal } from './tfjs/keyed-normal.js';
export { startTfjs } from './tfjs/start.js';
export { setKernelsPath, supportsRelaxedSimd, type KernelVariant } from './wasm/module.js';
export { philox, type Block } from './random/philox.js';
export { referenceOps } from './reference/index.js';
export { wasmOps, type WasmOpsOptions } from './wasm-ops/index.js';
export { standaloneOps, type StandaloneOpsOptions } from './standalone/index.js';
export { log } from './math/log.js';

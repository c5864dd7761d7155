/**
 * The parts that need neither tfjs nor files. Import `@bbb/kernels/parts` in programs that only predict.
 *
 * @packageDocumentation
 */
export type { Key } from './key.js';
export { KernelError } from './errors.js';
export {
  convGeometry,
  poolGeometry,
  type ConvGeometry,
  type Padding,
  type PoolGeometry,
} from './geometry.js';
export { log } from './math/log.js';
export { float64Numbers, type Numbers } from './math/numbers.js';
export { philox } from './random/philox.js';
export { createHeap } from './standalone/heap.js';
export type { PredictExports } from './wasm/exports.js';
export { averagePool, convolve, maxPool, type ImageKernels } from './wasm/images.js';
export { kernelsOnHeap, type Heap, type Kernels } from './wasm/kernels.js';

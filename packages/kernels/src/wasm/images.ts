import type { ConvGeometry, PoolGeometry } from '../geometry.js';
import type { ForwardExports } from './image-exports.js';
import type { Kernels } from './kernels.js';

/*
 * Convolutions and pools of `batch` images by pointers into tfjs's memory. The ops and the kernels for tfjs both use them.
 */

/** Kernels that can do a forward pass. */
export type ImageKernels = Kernels<ForwardExports>;

export interface Convolution {
  readonly batch: number;
  readonly geometry: ConvGeometry;
  readonly x: number;
  readonly w: number;
  readonly out: number;
}

/** `bias` is 0 if there is none. */
export function convolve(
  kernels: ImageKernels,
  { batch, geometry, x, w, out }: Convolution,
  bias: number,
  relu: boolean,
): void {
  const [g, { run }] = [write(kernels, batch, geometry), kernels];
  run.convolve(out, x, w, g, bias, relu, work(kernels, run.convolveWorkspace(g)));
}

/** `out` is the given gradient, and `x` the gradient to compute. */
export function convolveBackward(kernels: Kernels, { batch, geometry, x, w, out }: Convolution): void {
  const [g, { run }] = [write(kernels, batch, geometry), kernels];
  run.convolveBackward(x, out, w, g, work(kernels, run.convolveBackwardWorkspace(g)));
}

/** `out` is the given gradient, and `w` the gradient to compute. If `bias` is not 0, the gradient of the bias is written there. */
export function convolveGradients(
  kernels: Kernels,
  { batch, geometry, x, w, out }: Convolution,
  bias: number,
): void {
  const [g, { run }] = [write(kernels, batch, geometry), kernels];
  const [rows, columns, channels] = geometry.output;
  run.convolveGradients(w, x, out, g, work(kernels, run.convolveGradientsWorkspace(g)));
  if (bias) run.sumRows(bias, out, batch * rows * columns, channels);
}

export interface Pool {
  readonly batch: number;
  readonly geometry: PoolGeometry;
  readonly x: number;
  readonly out: number;
}

export function maxPool(kernels: ImageKernels, { batch, geometry, x, out }: Pool): void {
  kernels.run.maxPool(out, x, write(kernels, batch, geometry));
}

/** `out` is the given gradient, and `dx` the gradient to compute. */
export function maxPoolBackward(kernels: Kernels, { batch, geometry, x, out }: Pool, dx: number): void {
  kernels.run.maxPoolBackward(dx, out, x, write(kernels, batch, geometry));
}

export function averagePool(kernels: ImageKernels, { batch, geometry, x, out }: Pool): void {
  kernels.run.averagePool(out, x, write(kernels, batch, geometry));
}

/** `out` is the given gradient, and `x` the gradient to compute. */
export function averagePoolBackward(kernels: Kernels, { batch, geometry, x, out }: Pool): void {
  kernels.run.averagePoolBackward(x, out, write(kernels, batch, geometry));
}

/** Bytes of the geometry record: thirteen 32-bit numbers. */
const RECORD_BYTES = 52;

/** Writes the record that assembly/convolution/geometry.ts reads, and gives its address. Valid until the next call. */
function write(
  kernels: ImageKernels,
  batch: number,
  { input, window, stride, before, output }: PoolGeometry,
): number {
  const at = kernels.scratch('geometry', RECORD_BYTES);
  const { buffer } = kernels.u8(at, 0);
  const record = new Int32Array(buffer, at, RECORD_BYTES / 4);
  // This must be fast, so the words are written one by one: a call for a few numbers takes a microsecond in total.
  record[0] = batch;
  record[1] = input[0];
  record[2] = input[1];
  record[3] = input[2];
  record[4] = window[0];
  record[5] = window[1];
  record[6] = stride[0];
  record[7] = stride[1];
  record[8] = before[0];
  record[9] = before[1];
  record[10] = output[0];
  record[11] = output[1];
  record[12] = output[2];
  return at;
}

// All calls use one region of memory, because no content is needed after its call.
const work = (kernels: ImageKernels, bytes: number): number => kernels.scratch('convolution', bytes);

import type { PoolGeometry } from '../geometry.js';
import type { Kernels } from '../wasm/instance.js';

/** Writes the record that assembly/convolution/geometry.ts reads, and gives its address. Valid until the next call. */
export function writeGeometry(
  kernels: Kernels,
  batch: number,
  { input, window, stride, before, output }: PoolGeometry,
): number {
  const record = [batch, ...input, ...window, ...stride, ...before, ...output];
  const at = kernels.scratch('geometry', 4 * record.length);
  const bytes = kernels.u8(at, 4 * record.length);
  new Int32Array(bytes.buffer, bytes.byteOffset, record.length).set(record);
  return at;
}

/** How numbers are stored: as they are, or as whole numbers of 8 or 16 bits. */
export type Quantisation = 'none' | 'uint8' | 'uint16';

export interface QuantisedTensor {
  readonly bytes: Uint8Array;
  /** value = min + scale x stored. Absent if the numbers are not quantised. */
  readonly quantization?: {
    readonly dtype: 'uint8' | 'uint16';
    readonly scale: number;
    readonly min: number;
    readonly original_dtype: 'float32';
  };
  /** The largest difference between a number and the value that is read back. */
  readonly error: number;
}

/**
 * Stores float32 numbers as little-endian bytes. A zero stays exactly zero, so that pruned weights stay pruned.
 * @param values the numbers
 * @param to `uint8` or `uint16`
 */
export function quantise(values: Float32Array, to: Quantisation): QuantisedTensor {
  if (to === 'none') {
    const bytes = new Uint8Array(4 * values.length);
    const view = new DataView(bytes.buffer);
    values.forEach((value, i) => view.setFloat32(4 * i, value, true));
    return { bytes, error: 0 };
  }
  const levels = to === 'uint8' ? 255 : 65535;
  const size = to === 'uint8' ? 1 : 2;
  const low = values.reduce((a, b) => Math.min(a, b), 0);
  const high = values.reduce((a, b) => Math.max(a, b), 0);
  // One level fewer, because the range is then shifted so that one level is exactly zero.
  const scale = (high - low) / (levels - 1) || 1;
  const zero = Math.ceil(-low / scale);
  const min = -zero * scale;
  const bytes = new Uint8Array(size * values.length);
  const view = new DataView(bytes.buffer);
  let error = 0;
  values.forEach((value, i) => {
    const stored = Math.max(0, Math.min(levels, zero + Math.round(value / scale)));
    if (size === 1) view.setUint8(i, stored);
    else view.setUint16(2 * i, stored, true);
    error = Math.max(error, Math.abs(min + scale * stored - value));
  });
  return { bytes, quantization: { dtype: to, scale, min, original_dtype: 'float32' }, error };
}

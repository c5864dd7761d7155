import { elementsOf, unfit } from './imported.js';
import type { KerasManifest } from './keras-schema.js';

/** The weights of a layers model. Each weight can be taken once. */
export interface KerasTensors {
  /**
   * @param layer name of the layer
   * @param which `kernel` or `bias`
   * @param fits returns whether the layer can have this shape
   * @throws BbbError `E_IMPORT` if the weight is missing or has another shape
   */
  take(
    layer: string,
    which: 'kernel' | 'bias',
    fits: (shape: readonly number[], rank: number) => boolean,
  ): { readonly shape: readonly number[]; readonly data: Float32Array };
}

type Entry = KerasManifest[number]['weights'][number];
interface Placed {
  readonly entry: Entry;
  readonly bytes: Uint8Array;
}

const WIDTH: Readonly<Record<string, number>> = { float32: 4, float16: 2, uint16: 2, uint8: 1 };

/**
 * @param bytes all files of the manifest, one after the other
 * @throws BbbError `E_IMPORT` if the length of the bytes is not that of the manifest
 */
export function kerasTensors(manifest: KerasManifest, bytes: Uint8Array): KerasTensors {
  const placed = new Map<string, Placed>();
  let at = 0;
  for (const entry of manifest.flatMap(({ weights }) => weights)) {
    const width = WIDTH[entry.quantization?.dtype ?? entry.dtype];
    if (width === undefined)
      throw unfit(`the weight "${entry.name}" is of the type ${entry.dtype}`, 'Save it as float32.');
    const size = width * elementsOf(entry.name, entry.shape);
    // Checked before any memory of the claimed size is allocated.
    if (at + size > bytes.length)
      throw unfit(
        'its weights end too early',
        'Copy all of its weight files again: one is missing or cut short.',
      );
    const key = keyOf(entry.name);
    if (placed.has(key)) throw unfit(`it has the weight "${entry.name}" twice`, 'Save the model again.');
    placed.set(key, { entry, bytes: bytes.subarray(at, at + size) });
    at += size;
  }
  if (at !== bytes.length)
    throw unfit(
      `${bytes.length - at} bytes of its weight files belong to no weight`,
      'Save the model again.',
    );
  return {
    take(layer, which, fits) {
      const found = placed.get(`${layer}/${which}`);
      if (!found) throw unfit(`the ${which} of the layer "${layer}" is missing`, 'Save the model again.');
      const { shape } = found.entry;
      if (!fits(shape, shape.length))
        throw unfit(
          `the ${which} of the layer "${layer}" has the shape [${shape.join(', ')}]`,
          'Save the model again.',
        );
      const data = numbersOf(found);
      if (!data.every(Number.isFinite))
        throw unfit(
          `the ${which} of the layer "${layer}" is not finite`,
          'Export a network whose training did not diverge.',
        );
      return { shape, data };
    },
  };
}

/** The last two parts of a name: layer and weight. Keras puts the name of the model, or that of the layer again, in front of them. */
function keyOf(name: string): string {
  return name.replace(/:\d+$/, '').split('/').slice(-2).join('/');
}

function numbersOf({ entry: { quantization }, bytes }: Placed): Float32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const dtype = quantization?.dtype ?? 'float32';
  const { scale = 1, min = 0 } = quantization ?? {};
  const length = bytes.length / WIDTH[dtype]!;
  const read: Readonly<Record<typeof dtype, (i: number) => number>> = {
    float32: (i) => view.getFloat32(4 * i, true),
    float16: (i) => halfAt(view, 2 * i),
    uint16: (i) => view.getUint16(2 * i, true) * scale + min,
    uint8: (i) => bytes[i]! * scale + min,
  };
  return Float32Array.from({ length }, (_, i) => read[dtype](i));
}

/** Reads a half-precision number (IEEE 754 binary16). */
function halfAt(view: DataView, at: number): number {
  const bits = view.getUint16(at, true);
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? Number.NaN : sign * Infinity;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

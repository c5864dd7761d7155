import type { ConvGeometry, PoolGeometry } from '../geometry.js';
import type { ImageOp } from '../image-op.js';
import type { Operand, Ops } from '../ops.js';
import * as images from '../wasm/images.js';
import type { OperandMemory } from './operand-memory.js';

type Images = Pick<Ops, ImageOp>;

export function imageOps({ kernels, at }: OperandMemory): Images {
  const pool = (geometry: PoolGeometry, x: Operand, out: Operand): images.Pool => ({
    batch: x.shape[0] ?? 1,
    geometry,
    x: at(x),
    out: at(out),
  });
  const convolution = (geometry: ConvGeometry, x: Operand, w: Operand, out: Operand): images.Convolution => ({
    ...pool(geometry, x, out),
    geometry,
    w: at(w),
  });
  return {
    convolve(out, x, w, geometry, { bias, relu = false } = {}) {
      images.convolve(kernels, convolution(geometry, x, w, out), bias ? at(bias) : 0, relu);
    },
    convolveBackward: (dx, dOut, w, geometry) =>
      images.convolveBackward(kernels, convolution(geometry, dx, w, dOut)),
    convolveGradients: (dW, dBias, x, dOut, geometry) =>
      images.convolveGradients(kernels, convolution(geometry, x, dW, dOut), dBias ? at(dBias) : 0),
    maxPool: (out, x, geometry) => images.maxPool(kernels, pool(geometry, x, out)),
    maxPoolBackward: (dx, dOut, x, geometry) =>
      images.maxPoolBackward(kernels, pool(geometry, x, dOut), at(dx)),
    averagePool: (out, x, geometry) => images.averagePool(kernels, pool(geometry, x, out)),
    averagePoolBackward: (dx, dOut, geometry) =>
      images.averagePoolBackward(kernels, pool(geometry, dx, dOut)),
  };
}

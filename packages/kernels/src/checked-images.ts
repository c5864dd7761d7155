import { KernelError } from './errors.js';
import type { ConvGeometry, PoolGeometry } from './geometry.js';
import type { ImageOp } from './image-op.js';
import type { Operand, Ops } from './ops.js';

type Images = Pick<Ops, ImageOp>;

/** The part of {@link checked} for convolutions and pools. Operands that do not fit the geometry throw `KERNEL_SHAPE`. */
export function checkedImages(ops: Images): Images {
  return {
    convolve(out, x, w, geometry, options = {}) {
      checkBatch('convolve', geometry, x, out);
      checkFilter('convolve', geometry, w);
      if (options.bias) checkSize('the bias of convolve', options.bias, [geometry.filter[3]]);
      ops.convolve(out, x, w, geometry, options);
    },
    convolveBackward(dx, dOut, w, geometry) {
      checkBatch('convolveBackward', geometry, dx, dOut);
      checkFilter('convolveBackward', geometry, w);
      ops.convolveBackward(dx, dOut, w, geometry);
    },
    convolveGradients(dW, dBias, x, dOut, geometry) {
      checkBatch('convolveGradients', geometry, x, dOut);
      checkFilter('convolveGradients', geometry, dW);
      if (dBias) checkSize('the bias of convolveGradients', dBias, [geometry.filter[3]]);
      ops.convolveGradients(dW, dBias, x, dOut, geometry);
    },
    maxPool(out, x, geometry) {
      checkBatch('maxPool', geometry, x, out);
      ops.maxPool(out, x, geometry);
    },
    maxPoolBackward(dx, dOut, x, geometry) {
      checkBatch('maxPoolBackward', geometry, x, dOut);
      checkBatch('maxPoolBackward', geometry, dx, dOut);
      if (dx === x) fail('maxPoolBackward can not write over its own input. Give it another output.');
      ops.maxPoolBackward(dx, dOut, x, geometry);
    },
    averagePool(out, x, geometry) {
      checkBatch('averagePool', geometry, x, out);
      ops.averagePool(out, x, geometry);
    },
    averagePoolBackward(dx, dOut, geometry) {
      checkBatch('averagePoolBackward', geometry, dx, dOut);
      ops.averagePoolBackward(dx, dOut, geometry);
    },
  };
}

/** Checks that x holds whole images of the geometry's input, and `out` as many of its output. */
function checkBatch(op: string, { input, output }: PoolGeometry, x: Operand, out: Operand): void {
  if (x === out) fail(`${op} can not write over its own input. Give it another output.`);
  const batch = x.shape[0] ?? 1;
  if (batch !== (out.shape[0] ?? 1))
    fail(`${op} got a batch of ${batch} and an output for ${out.shape[0]}. Expected the same number.`);
  checkSize(op, x, [batch, ...input]);
  checkSize(op, out, [batch, ...output]);
}

function checkFilter(op: string, { filter }: ConvGeometry, w: Operand): void {
  checkSize(op, w, filter);
}

function checkSize(what: string, { shape }: Operand, expected: readonly number[]): void {
  const size = (of: readonly number[]): number => of.reduce((product, n) => product * n, 1);
  if (size(shape) !== size(expected))
    fail(`${what} got an operand of shape [${shape.join(', ')}]. Expected [${expected.join(', ')}].`);
}

function fail(message: string): never {
  throw new KernelError('KERNEL_SHAPE', message);
}

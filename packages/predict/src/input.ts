import { BbbError } from '@bbb/base';
import type { StoredModel } from './format/model.js';

/** Examples in the user's own units, one after the other: bytes of pixels, or any numbers. */
export type Input = Uint8Array | Uint8ClampedArray | Float32Array | Float64Array | readonly number[];

/**
 * The inputs of the network for `rows` examples.
 * @throws BbbError `E_INPUT` for another size, for infinities, and for NaN if the model has no value to fill it with
 */
export function inputsOf(
  { inputShape, scaling }: StoredModel,
  input: Input,
): { inputs: Float32Array; rows: number } {
  const size = inputShape.reduce((product, n) => product * n, 1);
  const rows = input.length / size;
  if (!Number.isInteger(rows) || rows === 0) throw wrongSize(input.length, inputShape, size);
  const inputs = new Float32Array(input.length);
  const bytes = input instanceof Uint8Array || input instanceof Uint8ClampedArray;
  for (let i = 0; i < inputs.length; i++) {
    const column = i % size;
    // Features of training are bytes or float32. Numbers with more digits are rounded to float32 first, so that answers have the same bits.
    let x = Math.fround(input[i]!);
    if (Number.isNaN(x) && scaling.fill) x = scaling.fill[column]!;
    if (!Number.isFinite(x)) throw notFinite(input[i]!, Math.floor(i / size), column);
    // Bytes are divided in float32, as the kernels of training do it. Other numbers are scaled in float64 and rounded once.
    if (scaling.kind === 'divide') inputs[i] = bytes ? x / Math.fround(scaling.divisor) : x / scaling.divisor;
    else inputs[i] = (x - scaling.mean[column]!) / scaling.sd[column]!;
  }
  return { inputs, rows };
}

function wrongSize(length: number, shape: readonly number[], size: number): BbbError {
  const example = shape.length === 1 ? `${size} numbers` : `${shape.join(' x ')} numbers, which is ${size}`;
  const got = length === 0 ? 'There are no examples in the input' : `The input has ${length} numbers`;
  return new BbbError('E_INPUT', `${got}; an example is ${example}.`, {
    hint:
      shape.length === 3
        ? 'Give height x width x channels numbers, row by row, channels last.'
        : 'Give one number for each column.',
  });
}

function notFinite(x: number, row: number, column: number): BbbError {
  return new BbbError('E_INPUT', `Number ${column} of example ${row} is ${x}.`, {
    hint: 'Give finite numbers; this model has no value for missing ones.',
  });
}

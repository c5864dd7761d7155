import { BbbError } from '@bbb/base';
import type { StoredModel } from './format/model.js';
import { kindOf } from './kind.js';

/** Examples in the user's own units, one after the other: bytes of pixels, or any numbers. */
export type Input = Uint8Array | Uint8ClampedArray | Float32Array | Float64Array | readonly number[];

/**
 * The inputs of the network for `rows` examples.
 * @throws BbbError `E_INPUT` for anything but a list of numbers, for another size, for infinities, and for NaN if the model has no value
 *   to fill it with
 */
export function inputsOf(
  { inputShape, scaling }: StoredModel,
  input: Input,
): { inputs: Float32Array; rows: number } {
  if (!isList(input)) throw notAList(input);
  const size = inputShape.reduce((product, n) => product * n, 1);
  const rows = input.length / size;
  if (!Number.isInteger(rows) || rows === 0) throw wrongSize(input.length, inputShape, size);
  const inputs = new Float32Array(input.length);
  const bytes = input instanceof Uint8Array || input instanceof Uint8ClampedArray;
  for (let i = 0; i < inputs.length; i++) {
    const column = i % size;
    // Features of training are bytes or float32. Numbers with more digits are rounded to float32 first, so that answers have the same bits.
    const given = input[i] as unknown;
    if (typeof given !== 'number') throw notANumber(given, Math.floor(i / size), column);
    let x = Math.fround(given);
    if (Number.isNaN(x) && scaling.fill) x = scaling.fill[column]!;
    if (!Number.isFinite(x)) throw notFinite(given, Math.floor(i / size), column);
    // Bytes are divided in float32, as the kernels of training do it. Other numbers are scaled in float64 and rounded once.
    if (scaling.kind === 'divide') inputs[i] = bytes ? x / Math.fround(scaling.divisor) : x / scaling.divisor;
    else inputs[i] = (x - scaling.mean[column]!) / scaling.sd[column]!;
  }
  return { inputs, rows };
}

/** Requests are often parsed JSON, so an input can be anything, whatever its type says. A DataView has bytes, but no elements. */
function isList(input: unknown): boolean {
  return Array.isArray(input) || (ArrayBuffer.isView(input) && 'length' in input);
}

function notAList(input: unknown): BbbError {
  return new BbbError('E_INPUT', `The input is ${kindOf(input)}, not a list of numbers.`, {
    hint: 'Give an array or a typed array with the numbers of the example, e.g. a Uint8Array of pixels.',
  });
}

/** A number that JSON can't write, such as NaN, comes as null; as a number null would be 0. */
function notANumber(value: unknown, row: number, column: number): BbbError {
  return new BbbError('E_INPUT', `Number ${column} of example ${row} is ${kindOf(value)}, not a number.`, {
    hint: 'Give finite numbers. For a row of a table, with categories or missing values, call encode() first.',
  });
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

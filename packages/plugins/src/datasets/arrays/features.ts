import { BbbError, shapeText, sizeOf, type Features, type Shape } from '@bbb/core';
import { sharedBytes, sharedFloats } from '../memory.js';

/** Any array of numbers that JavaScript has, or rows of rows of them. */
export type Numbers = ArrayLike<number>;
export type Nested = readonly (number | null | Nested)[] | readonly Numbers[];

/** What is known about the examples of an array. */
export interface RowsSpec {
  /** Shape of one example. A flat array needs it, unless `examples` is given. Default: the shape of the rows. */
  readonly shape?: Shape | undefined;
  readonly examples?: number;
  /** Whether NaN and null stand for missing values. Default: they are refused. */
  readonly missing?: boolean;
}

export interface Rows {
  readonly features: Features;
  readonly count: number;
  /** Shape of one example. */
  readonly shape: Shape;
}

const isFlat = (values: unknown): values is Numbers & ArrayBufferView =>
  ArrayBuffer.isView(values) && !(values instanceof DataView);
const isList = (value: unknown): value is ArrayLike<unknown> => Array.isArray(value) || isFlat(value);

/**
 * Copies features into shared memory: bytes stay bytes, all other numbers become float32.
 * @param where name of the array in error messages, e.g. `x`
 * @throws BbbError `E_DATA_SHAPE` for rows of different sizes, `E_DATA_VALUE` for a value that is not a finite float32 number
 */
export function readRows(
  where: string,
  values: unknown,
  { shape, examples, missing = false }: RowsSpec = {},
): Rows {
  if (!isList(values)) {
    throw misfit(`${where} is ${typeof values === 'object' ? 'no array' : `a ${typeof values}`}.`);
  }
  if (isFlat(values))
    return flatRows(where, values, shape ?? columnsOf(where, values.length, examples), missing);
  const found = shapeOf(where, values);
  const own = shape ?? (found.length === 0 ? [1] : found);
  const size = sizeOf(own);
  if (sizeOf(found) !== size) {
    throw misfit(
      `Examples of ${where} have the shape ${shapeText(found)}, and inputShape is ${shapeText(own)}.`,
    );
  }
  const bytes = Array.prototype.every.call(values, isBytes);
  const features = bytes ? sharedBytes(values.length * size) : sharedFloats(values.length * size);
  Array.from(values).forEach((row, r) => fill({ where, shape: found, missing }, features, r, row));
  return { features, count: values.length, shape: own };
}

const isBytes = (row: unknown): boolean => row instanceof Uint8Array || row instanceof Uint8ClampedArray;

function columnsOf(where: string, length: number, examples: number | undefined): Shape {
  if (examples && length % examples === 0) return [length / examples];
  throw misfit(
    `${where} is a flat array of ${length} numbers${examples === undefined ? '' : ` for ${examples} targets`}: it does not say the shape of an example.`,
    'Give inputShape, e.g. inputShape: [4].',
  );
}

function flatRows(where: string, values: Numbers & ArrayBufferView, shape: Shape, missing: boolean): Rows {
  const size = sizeOf(shape);
  if (values.length % size !== 0) {
    throw misfit(
      `${where} has ${values.length} numbers: no multiple of ${size}, the size of an example of ${shapeText(shape)}.`,
    );
  }
  const features = isBytes(values) ? sharedBytes(values.length) : sharedFloats(values.length);
  for (let i = 0; i < values.length; i++) {
    features[i] = valueAt(where, values[i], Math.floor(i / size), [i % size], missing);
  }
  return { features, count: values.length / size, shape };
}

/** The shape of the first example. */
function shapeOf(where: string, values: ArrayLike<unknown>): number[] {
  const shape: number[] = [];
  for (let at: unknown = values[0]; isList(at); at = at[0]) {
    if (at.length === 0) throw misfit(`${where}: row 0 is empty.`);
    shape.push(at.length);
  }
  return shape;
}

interface Walk {
  readonly where: string;
  readonly shape: Shape;
  readonly missing: boolean;
}

function fill({ where, shape, missing }: Walk, out: Features, row: number, value: unknown): void {
  let next = row * sizeOf(shape);
  const walk = (at: unknown, depth: number, path: readonly number[]): void => {
    if (depth === shape.length) {
      out[next++] = valueAt(where, at, row, path, missing);
      return;
    }
    if (!isList(at) || at.length !== shape[depth]) {
      throw misfit(
        `${where}: ${place(row, path)} has ${isList(at) ? at.length : 'no'} numbers, and ${place(0, path)} has ${shape[depth]}.`,
      );
    }
    for (let i = 0; i < at.length; i++) walk(at[i], depth + 1, [...path, i]);
  };
  walk(value, 0, []);
}

/** Like {@link numberAt}, but returns NaN for a missing value if these are allowed. */
function valueAt(
  where: string,
  value: unknown,
  row: number,
  path: readonly number[],
  missing: boolean,
): number {
  if (missing && (value === null || value === undefined || Number.isNaN(value))) return Number.NaN;
  return numberAt(where, value, row, path);
}

/** @throws BbbError `E_DATA_VALUE` */
export function numberAt(where: string, value: unknown, row: number, path: readonly number[]): number {
  if (typeof value === 'number' && Number.isFinite(Math.fround(value))) return value;
  const shown = typeof value === 'string' ? `the text ${JSON.stringify(value)}` : String(value);
  throw new BbbError('E_DATA_VALUE', `${where}: ${place(row, path)} is ${shown}.`, {
    hint:
      typeof value === 'number' && Number.isFinite(value)
        ? 'float32 holds numbers up to 3.4e38: give another unit.'
        : `Every value is a finite number. Rows and columns are counted from 0.${value === null || Number.isNaN(value) ? " If it is missing, say with what to fill it: missing: 'mean'." : ''}`,
  });
}

function place(row: number, path: readonly number[]): string {
  return path.length === 0 ? `row ${row}` : `row ${row}, column ${path.join(', ')}`;
}

function misfit(message: string, hint = 'Give one row of the same size for each example.'): BbbError {
  return new BbbError('E_DATA_SHAPE', message, { hint });
}

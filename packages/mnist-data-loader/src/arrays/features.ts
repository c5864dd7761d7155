import { DataError } from '../errors.js';
import type { ArrayOf, Elements, ElementType } from '../elements.js';
import { imagesOf } from '../pixels.js';

/** Numbers of examples: bytes or float32, in shared memory. */
export interface Features {
  /** Shape of one example. */
  readonly shape: readonly number[];
  readonly values: Uint8Array | Float32Array;
  readonly count: number;
  readonly notes: readonly string[];
}

export interface NamedArray {
  readonly array: ArrayOf<ElementType>;
  readonly source: string;
}

/**
 * The features of both parts of a set. If all are grey images they are as {@link imagesOf} gives them, otherwise bytes or float32 in their
 * own shape.
 * @throws DataError `E_DATA_SHAPE` for arrays without examples, `E_DATA_PIXEL` for NaN and infinities
 */
export function featuresOf(parts: readonly NamedArray[]): Features[] {
  const grey = parts.map(greyOf);
  if (grey.every((images) => images !== undefined)) return grey;
  const bytes = parts.every(({ array }) => array.data instanceof Uint8Array);
  return parts.map((part) => ownShape(part, bytes));
}

/** Undefined unless all arrays are grey images with pixels from 0 to 255. */
function greyOf({ array, source }: NamedArray): Features | undefined {
  const flatBytes = array.shape.length === 2 && array.data instanceof Uint8Array;
  if (array.shape.length < 3 && !flatBytes) return undefined;
  try {
    const { rows, cols, pixels, count, notes } = imagesOf(array, source);
    return { shape: [rows, cols, 1], values: pixels, count, notes };
  } catch (error) {
    if (error instanceof DataError && (error.code === 'E_DATA_SHAPE' || error.code === 'E_DATA_PIXEL'))
      return undefined;
    throw error;
  }
}

function ownShape({ array, source }: NamedArray, bytes: boolean): Features {
  const { shape, data, type } = array;
  const [count = 0, ...own] = shape;
  if (shape.length > 4 || shape.length === 0 || shape.slice(1).includes(0)) throw badShape(shape, source);
  const upright = channelsLast(own);
  const ordered = upright ? moved(data, own) : data;
  const values = bytes && ordered instanceof Uint8Array ? shared(ordered) : floats(ordered, shape, source);
  const notes = [
    ...(upright ? [`channels first: read as images of ${upright.join(' x ')}.`] : []),
    ...(bytes || type === 'float32' ? [] : [`${type} became float32.`]),
  ];
  return { shape: inputShape(upright ?? own), values, count, notes };
}

/** Rows of numbers keep their shape; images without a channel axis get one channel. */
function inputShape(own: readonly number[]): readonly number[] {
  if (own.length === 0) return [1];
  return own.length === 2 ? [...own, 1] : own;
}

/** For images of `[3, rows, cols]`, their shape with the channels last. Undefined if the channels are last already. */
function channelsLast([first = 0, second = 0, third = 0, ...more]: readonly number[]): number[] | undefined {
  const isFirst = more.length === 0 && (first === 1 || first === 3) && second > 4 && third > 4;
  return isFirst ? [second, third, first] : undefined;
}

function moved(data: Elements, [channels = 1, rows = 1, cols = 1]: readonly number[]): Elements {
  const pixels = rows * cols;
  return (data as Float64Array).map((_, i) => {
    const [image, at] = [Math.floor(i / (pixels * channels)), i % (pixels * channels)];
    return data[image * pixels * channels + (at % channels) * pixels + Math.floor(at / channels)]!;
  });
}

function shared(bytes: Uint8Array): Uint8Array {
  if (bytes.buffer instanceof SharedArrayBuffer) return bytes;
  const copy = new Uint8Array(new SharedArrayBuffer(bytes.length));
  copy.set(bytes);
  return copy;
}

/** A copy as float32 in shared memory. */
export function floats(data: ArrayLike<number>, shape: readonly number[], source: string): Float32Array {
  const values = new Float32Array(new SharedArrayBuffer(4 * data.length));
  for (let i = 0; i < data.length; i++) {
    values[i] = data[i]!;
    if (!Number.isFinite(values[i])) throw notFinite(data[i]!, i, shape, source);
  }
  return values;
}

function notFinite(value: number, index: number, shape: readonly number[], source: string): DataError {
  const place: number[] = [];
  let rest = index;
  for (const size of shape.toReversed()) {
    place.unshift(rest % size);
    rest = Math.floor(rest / size);
  }
  return new DataError(
    'E_DATA_PIXEL',
    `${source} has ${value} at [${place.join(', ')}] (counted from 0); numbers are finite, and float32 can hold them.`,
    { hint: 'Fill in what is missing or leave those examples out, e.g. numpy.nan_to_num.' },
  );
}

function badShape(shape: readonly number[], source: string): DataError {
  return new DataError(
    'E_DATA_SHAPE',
    `${source} has shape [${shape.join(', ')}]; features are [count], [count, columns], [count, rows, cols] or [count, rows, cols, channels].`,
    { hint: 'Check that it is not a label file with the wrong name, nor an array of arrays.' },
  );
}

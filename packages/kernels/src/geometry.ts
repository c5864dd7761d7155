import { KernelError } from './errors.js';

/** `valid`: windows lie within the image. `same`: ceil(size / stride) windows, padded with zeros at the edges (TensorFlow's rule). */
export type Padding = 'valid' | 'same';

/** A pair for the vertical and the horizontal axis, or one number for both. */
export type Extent = number | readonly [vertical: number, horizontal: number];

/** How windows move over images `[height, width, channels]`. Plain numbers, made once by {@link poolGeometry}. */
export interface PoolGeometry {
  readonly input: readonly [height: number, width: number, channels: number];
  readonly window: readonly [vertical: number, horizontal: number];
  readonly stride: readonly [vertical: number, horizontal: number];
  /** Rows above and columns to the left of the image that the first window covers: zeros to a convolution, absent to a pool. */
  readonly before: readonly [vertical: number, horizontal: number];
  readonly output: readonly [height: number, width: number, channels: number];
}

/** {@link PoolGeometry} of a convolution: filters `[vertical, horizontal, input channels, output channels]`. */
export interface ConvGeometry extends PoolGeometry {
  readonly filter: readonly [vertical: number, horizontal: number, inChannels: number, outChannels: number];
}

export interface PoolOptions {
  readonly input: readonly [height: number, width: number, channels: number];
  readonly window: Extent;
  /** Default: the window for a pool, 1 for a convolution. */
  readonly stride?: Extent;
  /** Default `valid`. */
  readonly padding?: Padding;
}

export interface ConvOptions extends PoolOptions {
  /** Output channels. */
  readonly filters: number;
}

/**
 * How many windows of a pool fit into an image, and where the first one begins.
 *
 * @param options height, width and channels of the input, the window and its step, in pixels, and whether borders are padded (`same`) or not
 *   (`valid`)
 * @throws KernelError `KERNEL_GEOMETRY` for a number that is not a whole number from 1, and for a window larger than its image under `valid`
 */
export function poolGeometry({
  input,
  window,
  stride = window,
  padding = 'valid',
}: PoolOptions): PoolGeometry {
  const [height, width, channels] = input;
  positive('an image', [height, width, channels]);
  const [extent, step] = [both(window), both(stride)];
  positive('a window', extent);
  positive('a stride', step);
  const rows = axis(height, extent[0], step[0], padding);
  const columns = axis(width, extent[1], step[1], padding);
  if (!rows || !columns)
    fail(
      `a window of ${extent.join('x')} does not fit an image of ${height}x${width} without padding. ` +
        "Expected a window no larger than the image. Use padding 'same', a smaller window or a larger image.",
    );
  return {
    input: [height, width, channels],
    window: extent,
    stride: step,
    before: [rows.before, columns.before],
    output: [rows.count, columns.count, channels],
  };
}

/**
 * How many windows of a convolution fit into an image, where the first one begins, and the shape of its filters.
 *
 * @param options height, width and channels of the input, the filter and its step, in pixels, how many filters, and whether borders are padded
 *   (`same`) or not (`valid`)
 * @throws KernelError `KERNEL_GEOMETRY` for a number that is not a whole number from 1, and for a filter larger than its image under `valid`
 */
export function convGeometry({ filters, stride = 1, ...rest }: ConvOptions): ConvGeometry {
  positive('the number of filters', [filters]);
  const pool = poolGeometry({ ...rest, stride });
  const [height, width] = pool.output;
  return {
    ...pool,
    output: [height, width, filters],
    filter: [...pool.window, pool.input[2], filters],
  };
}

/** The windows along one axis. Undefined if no window fits. */
function axis(
  size: number,
  window: number,
  stride: number,
  padding: Padding,
): { count: number; before: number } | undefined {
  if (padding === 'same') {
    const count = Math.ceil(size / stride);
    return { count, before: Math.floor(Math.max((count - 1) * stride + window - size, 0) / 2) };
  }
  return size < window ? undefined : { count: Math.floor((size - window) / stride) + 1, before: 0 };
}

const both = (extent: Extent): readonly [number, number] =>
  typeof extent === 'number' ? [extent, extent] : [extent[0], extent[1]];

function positive(what: string, sizes: readonly number[]): void {
  if (!sizes.every((size) => Number.isSafeInteger(size) && size > 0))
    fail(`${what} got the size ${sizes.join('x')}. Expected natural numbers from 1.`);
}

function fail(message: string): never {
  throw new KernelError('KERNEL_GEOMETRY', message);
}

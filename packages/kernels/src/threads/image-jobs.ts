import type { Kernels } from '../wasm/kernels.js';
import { isSmall, PARTS, partSize } from './size.js';
import type { Argument, Team } from './team.js';

/** About how many multiplications and additions a convolution does in a nanosecond, and how many numbers of windows a pool reads. */
const SPEED = 15;
const POOL_SPEED = 2;
/** A geometry has thirteen words; records are a cache line apart. */
const GEOMETRY_WORDS = 13;
const LINE = 64;

/** The parts of the geometry record (assembly/convolution/geometry.ts) that a job needs. */
export interface Sizes {
  readonly record: Int32Array;
  readonly batch: number;
  /** Bytes of an image, and of its output. */
  readonly input: number;
  readonly output: number;
  readonly channels: number;
  readonly filters: number;
  /** Numbers in all filters. */
  readonly filterSize: number;
  /** Numbers in the windows of all outputs: a pool reads them, and a convolution with one filter multiplies them. */
  readonly windows: number;
}

export function sizesOf({ u8 }: Kernels, g: number): Sizes {
  const record = new Int32Array(u8(g, 0).buffer, g, GEOMETRY_WORDS).slice();
  const [batch, height, width, channels, tall, wide, , , , , rows, columns, filters] = record as unknown as [
    ...Record13,
  ];
  const outputs = rows * columns * filters;
  return {
    record,
    batch,
    input: 4 * height * width * channels,
    output: 4 * outputs,
    channels,
    filters,
    filterSize: tall * wide * channels * filters,
    windows: batch * outputs * tall * wide,
  };
}

type Four = [number, number, number, number];
type Record13 = [...Four, ...Four, ...Four, number];

export const isSmallPool = (team: Team, { batch, windows }: Sizes): boolean =>
  batch < 2 || isSmall(team, windows / POOL_SPEED);

export const isSmallConvolution = (team: Team, { batch, windows, channels }: Sizes): boolean =>
  batch < 2 || isSmall(team, (windows * channels) / SPEED);

/** Values from which the arguments of a job on images are computed. */
export interface ImagePart {
  /** Bytes of a part's images, and of their outputs. */
  readonly input: number;
  readonly output: number;
  readonly geometry: Argument;
  /** The geometry records of the first part, and of the last one, which may have fewer images. */
  readonly ends: readonly [first: number, last: number];
}

/** A job whose parts are some images of the batch each. */
export function runPerImage(
  kernels: Kernels,
  team: Team,
  kernel: string,
  sizes: Sizes,
  argsOf: (part: ImagePart) => readonly Argument[],
): void {
  const size = partSize(sizes.batch, PARTS * team.count);
  const parts = Math.ceil(sizes.batch / size);
  const first = geometries(kernels, sizes, size, parts);
  const args = argsOf({
    input: size * sizes.input,
    output: size * sizes.output,
    geometry: [first, LINE],
    ends: [first, first + (parts - 1) * LINE],
  });
  team.run({ kernel, parts, args });
}

/** The record once for every part, with that part's images, `LINE` bytes apart. */
function geometries({ scratch, u8 }: Kernels, { record, batch }: Sizes, size: number, parts: number): number {
  const at = scratch('geometries', parts * LINE);
  for (let part = 0; part < parts; part++) {
    const copy = new Int32Array(u8(at, 0).buffer, at + part * LINE, GEOMETRY_WORDS);
    copy.set(record);
    copy[0] = Math.min(size, batch - part * size);
  }
  return at;
}

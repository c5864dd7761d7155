import type { ImageExports } from '../wasm/image-exports.js';
import type { Kernels } from '../wasm/kernels.js';
import { isSmall, PARTS, partSize } from './size.js';
import { gradientsByStrips } from './strips.js';
import type { Argument, Team } from './team.js';

type Images = Pick<
  ImageExports,
  | 'convolve'
  | 'convolveBackward'
  | 'convolveGradients'
  | 'maxPool'
  | 'maxPoolBackward'
  | 'averagePool'
  | 'averagePoolBackward'
>;

/** Multiplications and additions of a convolution in a nanosecond, about, and numbers of windows that a pool looks at. */
const SPEED = 15;
const POOL_SPEED = 2;
/** A geometry has thirteen words; records are a cache line apart. */
const GEOMETRY_WORDS = 13;
const CHANNELS = 3;
const FILTERS = 12;
const LINE = 64;

/** What a job needs to know of the geometry record of assembly/convolution/geometry.ts. */
interface Sizes {
  readonly record: Int32Array;
  readonly batch: number;
  /** Bytes of an image, and of what is made of it. */
  readonly input: number;
  readonly output: number;
  readonly filterSize: number;
  /** Numbers in the windows of all outputs: what a pool looks at, what a convolution with one channel multiplies. */
  readonly windows: number;
}

/** Convolutions and pools: a part is some images of the batch. */
export function images(kernels: Kernels, team: Team): Images {
  const { run } = kernels;
  const sizesOf = (g: number): Sizes => {
    const record = new Int32Array(kernels.u8(g, 0).buffer, g, GEOMETRY_WORDS).slice();
    const [batch, height, width, channels, tall, wide, , , , , rows, columns, filters] =
      record as unknown as number[];
    const outputs = rows! * columns! * filters!;
    return {
      record,
      batch: batch!,
      input: 4 * height! * width! * channels!,
      output: 4 * outputs,
      filterSize: tall! * wide! * channels! * filters!,
      windows: batch! * outputs * tall! * wide!,
    };
  };
  /** The record of `g` once for every part, with that part's images, `LINE` bytes apart. */
  const geometries = ({ record, batch }: Sizes, size: number, parts: number): number => {
    const at = kernels.scratch('geometries', parts * LINE);
    for (let part = 0; part < parts; part++) {
      const copy = new Int32Array(kernels.u8(at, 0).buffer, at + part * LINE, GEOMETRY_WORDS);
      copy.set(record);
      copy[0] = Math.min(size, batch - part * size);
    }
    return at;
  };
  /** A job on all images; `args` gets the bytes of an image and of its output in a part, and the geometry. */
  const perImage = (
    kernel: keyof Images,
    sizes: Sizes,
    args: (input: number, output: number, g: Argument, first: number) => readonly Argument[],
  ): void => {
    const size = partSize(sizes.batch, PARTS * team.count);
    const parts = Math.ceil(sizes.batch / size);
    const at = geometries(sizes, size, parts);
    team.run({ kernel, parts, args: args(size * sizes.input, size * sizes.output, [at, LINE], at) });
  };
  /** Working memory for every thread. */
  const work = (bytes: number): Argument => [
    kernels.scratch('images of threads', team.count * bytes),
    0,
    bytes,
  ];
  const smallPool = ({ batch, windows }: Sizes): boolean => batch < 2 || isSmall(team, windows / POOL_SPEED);
  const smallConvolution = ({ batch, windows, record }: Sizes): boolean =>
    batch < 2 || isSmall(team, (windows * record[CHANNELS]!) / SPEED);
  return {
    convolve(out, x, w, g, bias, relu, own) {
      const sizes = sizesOf(g);
      if (smallConvolution(sizes)) return run.convolve(out, x, w, g, bias, relu, own);
      perImage('convolve', sizes, (input, output, geometry, first) => [
        [out, output],
        [x, input],
        w,
        geometry,
        bias,
        Number(relu),
        work(largest(run.convolveWorkspace(g), run.convolveWorkspace(first))),
      ]);
    },
    convolveBackward(dx, dOut, w, g, own) {
      const sizes = sizesOf(g);
      if (smallConvolution(sizes)) return run.convolveBackward(dx, dOut, w, g, own);
      perImage('convolveBackward', sizes, (input, output, geometry) => [
        [dx, input],
        [dOut, output],
        w,
        geometry,
        work(run.convolveBackwardWorkspace(g)),
      ]);
    },
    convolveGradients(dW, x, dOut, g, own) {
      const sizes = sizesOf(g);
      if (smallConvolution(sizes)) return run.convolveGradients(dW, x, dOut, g, own);
      gradientsByStrips(kernels, team, {
        dW,
        x,
        dOut,
        g,
        filterSize: sizes.filterSize,
        filters: sizes.record[FILTERS]!,
      });
    },
    maxPool(out, x, g) {
      const sizes = sizesOf(g);
      if (smallPool(sizes)) return run.maxPool(out, x, g);
      perImage('maxPool', sizes, (input, output, geometry) => [[out, output], [x, input], geometry]);
    },
    maxPoolBackward(dx, dOut, x, g) {
      const sizes = sizesOf(g);
      if (smallPool(sizes)) return run.maxPoolBackward(dx, dOut, x, g);
      perImage('maxPoolBackward', sizes, (input, output, geometry) => [
        [dx, input],
        [dOut, output],
        [x, input],
        geometry,
      ]);
    },
    averagePool(out, x, g) {
      const sizes = sizesOf(g);
      if (smallPool(sizes)) return run.averagePool(out, x, g);
      perImage('averagePool', sizes, (input, output, geometry) => [[out, output], [x, input], geometry]);
    },
    averagePoolBackward(dx, dOut, g) {
      const sizes = sizesOf(g);
      if (smallPool(sizes)) return run.averagePoolBackward(dx, dOut, g);
      perImage('averagePoolBackward', sizes, (input, output, geometry) => [
        [dx, input],
        [dOut, output],
        geometry,
      ]);
    },
  };
}

const largest = (...numbers: number[]): number => numbers.reduce((a, b) => Math.max(a, b), 0);

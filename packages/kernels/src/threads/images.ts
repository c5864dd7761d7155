import type { ImageOp } from '../image-op.js';
import type { ImageExports } from '../wasm/image-exports.js';
import type { Kernels } from '../wasm/kernels.js';
import { isSmallConvolution, isSmallPool, runPerImage, sizesOf } from './image-jobs.js';
import { gradientsByStrips } from './strips.js';
import { workOfThreads, type Argument, type Team } from './team.js';

type Images = Pick<ImageExports, ImageOp>;

/** Convolutions and pools: a part is some images of the batch. */
export function images(kernels: Kernels, team: Team): Images {
  return { ...convolutions(kernels, team), ...pools(kernels, team) };
}

function convolutions(
  kernels: Kernels,
  team: Team,
): Pick<Images, 'convolve' | 'convolveBackward' | 'convolveGradients'> {
  const { run } = kernels;
  const work = (bytes: number): Argument => workOfThreads(kernels, team, 'images of threads', bytes);
  return {
    convolve(out, x, w, g, bias, relu, own) {
      const sizes = sizesOf(kernels, g);
      if (isSmallConvolution(team, sizes)) return run.convolve(out, x, w, g, bias, relu, own);
      runPerImage(kernels, team, 'convolve', sizes, ({ input, output, geometry, ends }) => [
        [out, output],
        [x, input],
        w,
        geometry,
        bias,
        Number(relu),
        // A part of one or two windows needs more working memory than a larger part.
        work(Math.max(...ends.map((end) => run.convolveWorkspace(end)))),
      ]);
    },
    convolveBackward(dx, dOut, w, g, own) {
      const sizes = sizesOf(kernels, g);
      if (isSmallConvolution(team, sizes)) return run.convolveBackward(dx, dOut, w, g, own);
      runPerImage(kernels, team, 'convolveBackward', sizes, ({ input, output, geometry }) => [
        [dx, input],
        [dOut, output],
        w,
        geometry,
        work(run.convolveBackwardWorkspace(g)),
      ]);
    },
    convolveGradients(dW, x, dOut, g, own) {
      const sizes = sizesOf(kernels, g);
      if (isSmallConvolution(team, sizes)) return run.convolveGradients(dW, x, dOut, g, own);
      gradientsByStrips(kernels, team, {
        dW,
        x,
        dOut,
        g,
        filterSize: sizes.filterSize,
        filters: sizes.filters,
      });
    },
  };
}

function pools(
  kernels: Kernels,
  team: Team,
): Omit<Images, 'convolve' | 'convolveBackward' | 'convolveGradients'> {
  const { run } = kernels;
  return {
    maxPool(out, x, g) {
      const sizes = sizesOf(kernels, g);
      if (isSmallPool(team, sizes)) return run.maxPool(out, x, g);
      runPerImage(kernels, team, 'maxPool', sizes, ({ input, output, geometry }) => [
        [out, output],
        [x, input],
        geometry,
      ]);
    },
    maxPoolBackward(dx, dOut, x, g) {
      const sizes = sizesOf(kernels, g);
      if (isSmallPool(team, sizes)) return run.maxPoolBackward(dx, dOut, x, g);
      runPerImage(kernels, team, 'maxPoolBackward', sizes, ({ input, output, geometry }) => [
        [dx, input],
        [dOut, output],
        [x, input],
        geometry,
      ]);
    },
    averagePool(out, x, g) {
      const sizes = sizesOf(kernels, g);
      if (isSmallPool(team, sizes)) return run.averagePool(out, x, g);
      runPerImage(kernels, team, 'averagePool', sizes, ({ input, output, geometry }) => [
        [out, output],
        [x, input],
        geometry,
      ]);
    },
    averagePoolBackward(dx, dOut, g) {
      const sizes = sizesOf(kernels, g);
      if (isSmallPool(team, sizes)) return run.averagePoolBackward(dx, dOut, g);
      runPerImage(kernels, team, 'averagePoolBackward', sizes, ({ input, output, geometry }) => [
        [dx, input],
        [dOut, output],
        geometry,
      ]);
    },
  };
}

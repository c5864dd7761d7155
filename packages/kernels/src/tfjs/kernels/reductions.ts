import { util } from '@tensorflow/tfjs-core';
import { flag, type KernelParams, type Override } from './override.js';

/** Sums over the last axes, each in double precision, or over the first ones, which is the gradient of a bias. */
export const sum: Override = {
  kernelName: 'Sum',
  run(params, { kernels, backend }) {
    const { x } = params.inputs;
    const cut = cutOf(params, params.attrs?.['axis']);
    if (!x || !cut) return undefined;
    const out = backend.makeOutput(cut.shape, 'float32');
    const [to, from] = [kernels.offset(out), kernels.offset(x)];
    if (cut.rows) kernels.run.sumOfRows(to, from, cut.kept, cut.reduced);
    else kernels.run.sumRows(to, from, cut.reduced, cut.kept);
    return out;
  },
};

/** The maximum over the last axes. */
export const max: Override = {
  kernelName: 'Max',
  run(params, { kernels, backend }) {
    const { x } = params.inputs;
    const cut = cutOf(params, params.attrs?.['reductionIndices']);
    if (!x || !cut?.rows) return undefined;
    const out = backend.makeOutput(cut.shape, 'float32');
    const [to, from] = [kernels.offset(out), kernels.offset(x)];
    if (cut.reduced > 0) kernels.run.largestOfRows(to, from, cut.kept, cut.reduced);
    else kernels.f32(to, cut.kept).fill(NaN);
    return out;
  },
};

/** A tensor as a matrix of which every row (`rows`) or every column is reduced to one number. */
interface Cut {
  readonly rows: boolean;
  /** Number of results, and how many numbers each one reduces. */
  readonly kept: number;
  readonly reduced: number;
  /** Shape of the result. */
  readonly shape: number[];
}

/** Undefined for other types than float32, and for axes that are neither the first nor the last ones. */
function cutOf(params: KernelParams, axis: unknown): Cut | undefined {
  const { x } = params.inputs;
  if (x?.dtype !== 'float32') return undefined;
  const axes = util.parseAxisParam(axis as number | number[], x.shape);
  const keepDims = flag(params, 'keepDims');
  const shape: number[] = [];
  let [kept, reduced, changes] = [1, 1, 0];
  x.shape.forEach((size, i) => {
    const isReduced = axes.includes(i);
    if (isReduced) reduced *= size;
    else kept *= size;
    if (!isReduced || keepDims) shape.push(isReduced ? 1 : size);
    if (i > 0 && isReduced !== axes.includes(i - 1)) changes++;
  });
  // For some empty tensors tfjs's kernel fails; for others it returns the old content of its memory.
  const rows = changes === 0 || kept * reduced === 0 || (changes === 1 && !axes.includes(0));
  return rows || changes === 1 ? { rows, kept, reduced, shape } : undefined;
}

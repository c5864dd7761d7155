import { util } from '@tensorflow/tfjs-core';
import type { Override } from './override.js';

/** Subtracts one number for each row from a matrix. Other differences are fast in tfjs. */
export const sub: Override = {
  kernelName: 'Sub',
  run({ inputs: { a, b } }, { kernels, backend }) {
    if (a?.dtype !== 'float32' || b?.dtype !== 'float32') return undefined;
    const [rank, n] = [a.shape.length, a.shape.at(-1)];
    if (rank < 2 || n === undefined || b.shape.length !== rank || b.shape.at(-1) !== 1) return undefined;
    if (!a.shape.every((size, i) => i === rank - 1 || size === b.shape[i])) return undefined;
    const out = backend.makeOutput(a.shape, 'float32');
    const rows = util.sizeFromShape(b.shape);
    const [to, from, less] = [kernels.offset(out), kernels.offset(a), kernels.offset(b)];
    kernels.run.subtractFromRows(to, from, less, rows, n);
    return out;
  },
};

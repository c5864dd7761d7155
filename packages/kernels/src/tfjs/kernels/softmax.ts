import { util } from '@tensorflow/tfjs-core';
import type { Override } from './override.js';

/** Over the last axis, the only one tfjs's ops allow. */
const softmaxKernel = (kernelName: string, log: boolean): Override => ({
  kernelName,
  run({ inputs: { logits } }, { kernels, backend }) {
    if (logits?.dtype !== 'float32') return undefined;
    const out = backend.makeOutput(logits.shape, 'float32');
    const size = util.sizeFromShape(logits.shape);
    if (size === 0) return out;
    const classes = logits.shape.at(-1) ?? 1;
    const rows = size / classes;
    const work = kernels.scratch('softmax', 4 * (size + 2 * rows));
    const [to, from] = [kernels.offset(out), kernels.offset(logits)];
    if (log) kernels.run.logSoftmax(to, from, rows, classes, work);
    else kernels.run.softmax(to, from, rows, classes, false, work);
    return out;
  },
});

export const softmaxes: readonly Override[] = [
  softmaxKernel('Softmax', false),
  softmaxKernel('LogSoftmax', true),
];

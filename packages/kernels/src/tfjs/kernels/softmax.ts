import { util } from '@tensorflow/tfjs-core';
import type { Override } from './override.js';

/** The softmax over the last axis. tfjs's ops allow no other axis. */
const softmaxKernel = (kernelName: string, name: 'softmaxOfRows' | 'logSoftmaxOfRows'): Override => ({
  kernelName,
  run({ inputs: { logits } }, { kernels, backend }) {
    if (logits?.dtype !== 'float32') return undefined;
    const out = backend.makeOutput(logits.shape, 'float32');
    const size = util.sizeFromShape(logits.shape);
    if (size === 0) return out;
    const classes = logits.shape.at(-1) ?? 1;
    const work = kernels.scratch('rows', 4 * kernels.run.rowsWorkspace(classes));
    kernels.run[name](kernels.offset(out), kernels.offset(logits), size / classes, classes, work);
    return out;
  },
});

export const softmaxes: readonly Override[] = [
  softmaxKernel('Softmax', 'softmaxOfRows'),
  softmaxKernel('LogSoftmax', 'logSoftmaxOfRows'),
];

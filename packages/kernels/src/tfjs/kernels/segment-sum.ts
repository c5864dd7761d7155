import { util } from '@tensorflow/tfjs-core';
import type { Override } from './override.js';

/** tfjs-wasm has no such kernel; the gradient of `tf.gather` needs it. */
export const unsortedSegmentSum: Override = {
  kernelName: 'UnsortedSegmentSum',
  run({ inputs, attrs }, { kernels, backend }) {
    const { x, segmentIds } = inputs;
    const segments = Number(attrs?.['numSegments']);
    if (x?.dtype !== 'float32' || segmentIds?.dtype !== 'int32') return undefined;
    const row = x.shape.slice(segmentIds.shape.length);
    const width = util.sizeFromShape(row);
    const out = backend.makeOutput([segments, ...row], 'float32');
    const pointer = kernels.offset(out);
    kernels.f32(pointer, segments * width).fill(0);
    const rows = util.sizeFromShape(segmentIds.shape);
    kernels.run.segmentSum(pointer, kernels.offset(x), kernels.offset(segmentIds), rows, width, segments);
    return out;
  },
};

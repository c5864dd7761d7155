import { util } from '@tensorflow/tfjs-core';
import type { Override } from './override.js';

const unary = (
  kernelName: string,
  name: 'exp' | 'log' | 'sigmoid' | 'softplus' | 'sin' | 'cos' | 'tanh',
): Override => ({
  kernelName,
  run({ inputs: { x } }, { kernels, backend }) {
    if (x?.dtype !== 'float32') return undefined;
    const out = backend.makeOutput(x.shape, 'float32');
    kernels.run[name](kernels.offset(out), kernels.offset(x), util.sizeFromShape(x.shape));
    return out;
  },
});

/** Elementwise functions; assembly/math says how exact each is. */
export const unaries: readonly Override[] = [
  unary('Exp', 'exp'),
  unary('Log', 'log'),
  unary('Sigmoid', 'sigmoid'),
  unary('Softplus', 'softplus'),
  unary('Sin', 'sin'),
  unary('Cos', 'cos'),
  unary('Tanh', 'tanh'),
];

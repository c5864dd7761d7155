import { cast, cumsum, equal, exp, mul, sub, sum, type GradConfig } from '@tensorflow/tfjs-core';
import { axesOf, axisOf } from './attributes.js';
import { at, fromInput, keepDims, single, spread } from './define.js';

// Every element that equals the extreme receives the whole gradient, as in tfjs.
const extreme = (kernelName: string, axisAttr: string): GradConfig => ({
  kernelName,
  inputsToSave: ['x'],
  outputsToSave: [true],
  gradFunc: (dy, saved, attrs) => {
    const [x, y] = [at(saved, 0), at(saved, 1)];
    const axis = axesOf(attrs[axisAttr], x.shape);
    return {
      x: () =>
        mul(keepDims(single(dy), x.shape, axis), cast(equal(x, keepDims(y, x.shape, axis)), 'float32')),
    };
  },
});

/** Reductions and the softmaxes. */
export const reductions: readonly GradConfig[] = [
  fromInput('Sum', (dy, x, attrs) => spread(dy, x.shape, axesOf(attrs['axis'], x.shape))),
  fromInput('Mean', (dy, x, attrs) => {
    const axis = axesOf(attrs['axis'], x.shape);
    const count = axis.reduce((product, i) => product * (x.shape[i] ?? 1), 1);
    return mul(spread(dy, x.shape, axis), 1 / count);
  }),
  extreme('Max', 'reductionIndices'),
  extreme('Min', 'axis'),
  fromInput('Cumsum', (dy, _, attrs) =>
    cumsum(dy, axisOf(attrs['axis'], dy.shape), Boolean(attrs['exclusive']), !attrs['reverse']),
  ),
  {
    kernelName: 'Softmax',
    outputsToSave: [true],
    gradFunc: (dy, saved, attrs) => {
      const y = at(saved, 0);
      return {
        logits: () => {
          const weighted = mul(single(dy), y);
          return sub(weighted, mul(sum(weighted, axesOf(attrs['dim'], y.shape), true), y));
        },
      };
    },
  },
  {
    kernelName: 'LogSoftmax',
    outputsToSave: [true],
    gradFunc: (dy, saved, attrs) => ({
      logits: () =>
        sub(
          single(dy),
          mul(sum(single(dy), axesOf(attrs['axis'], single(dy).shape), true), exp(at(saved, 0))),
        ),
    }),
  },
];

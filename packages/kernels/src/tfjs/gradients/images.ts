import {
  conv2d,
  engine,
  type GradConfig,
  type NamedAttrMap,
  type Tensor,
  type Tensor4D,
} from '@tensorflow/tfjs-core';
import { at, single } from './define.js';

type Inputs = Parameters<ReturnType<typeof engine>['runKernel']>[1];

// tfjs-core has no public functions for these kernels.
const run = (kernelName: string, inputs: Inputs, attrs: NamedAttrMap): Tensor =>
  engine().runKernel(kernelName, inputs, attrs) as Tensor;

/** Convolutions and pools of images. */
export const images: readonly GradConfig[] = [
  {
    kernelName: 'Conv2D',
    inputsToSave: ['x', 'filter'],
    gradFunc: (dy, saved, attrs) => {
      const [x, filter] = [at(saved, 0), at(saved, 1)];
      refuseDilations(attrs);
      return {
        x: () => run('Conv2DBackpropInput', { dy: single(dy), filter }, { ...attrs, inputShape: x.shape }),
        filter: () =>
          run('Conv2DBackpropFilter', { x, dy: single(dy) }, { ...attrs, filterShape: filter.shape }),
      };
    },
  },
  {
    kernelName: 'Conv2DBackpropInput',
    inputsToSave: ['dy', 'filter'],
    gradFunc: (ddx, saved, attrs) => {
      const [dy, filter] = [at(saved, 0), at(saved, 1)];
      const { strides, pad, dimRoundingMode } = attrs as unknown as Attributes;
      return {
        dy: () =>
          conv2d(single(ddx) as Tensor4D, filter as Tensor4D, strides, pad, 'NHWC', 1, dimRoundingMode),
        filter: () =>
          run('Conv2DBackpropFilter', { x: single(ddx), dy }, { ...attrs, filterShape: filter.shape }),
      };
    },
  },
  {
    kernelName: 'MaxPool',
    inputsToSave: ['x'],
    outputsToSave: [true],
    gradFunc: (dy, saved, attrs) => ({
      x: () => run('MaxPoolGrad', { dy: single(dy), input: at(saved, 0), output: at(saved, 1) }, attrs),
    }),
  },
  {
    kernelName: 'AvgPool',
    inputsToSave: ['x'],
    gradFunc: (dy, saved, attrs) => ({
      x: () => run('AvgPoolGrad', { dy: single(dy), input: at(saved, 0) }, attrs),
    }),
  },
];

interface Attributes {
  readonly strides: [number, number];
  readonly pad: Parameters<typeof conv2d>[3];
  readonly dimRoundingMode: Parameters<typeof conv2d>[6];
}

function refuseDilations({ dilations }: NamedAttrMap): void {
  const all = [dilations ?? 1].flat().map(Number);
  if (all.some((dilation) => dilation !== 1))
    throw new Error(
      `the gradient of conv2d got dilations of ${all.join('x')}; tfjs has a gradient for dilations of 1 only. Use larger filters or a stride.`,
    );
}

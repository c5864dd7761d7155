import { architectureOf, safeParse, type NetworkDefinition } from '@bbb/core';
import { z } from 'zod';
import { layerSchema, layersOf } from '../layers/describe.js';

/** LeNet-5 as in the pruning literature: 20 and 50 filters of 5 x 5, 500 units. */
const LENET5: z.input<typeof layerSchema>[] = [
  { kind: 'conv2d', filters: 20, kernel: 5 },
  { kind: 'relu' },
  { kind: 'max-pool', size: 2 },
  { kind: 'conv2d', filters: 50, kernel: 5 },
  { kind: 'relu' },
  { kind: 'max-pool', size: 2 },
  { kind: 'flatten' },
  { kind: 'dense', units: 500 },
  { kind: 'relu' },
];

export const cnnOptions = z.strictObject({
  layers: z
    .array(layerSchema)
    .prefault(LENET5)
    .describe(
      'The hidden layers: conv2d, max-pool, average-pool, flatten, dense, relu, tanh. The output layer is added. Default: LeNet-5.',
    ),
});
export type CnnOptions = z.output<typeof cnnOptions>;

/**
 * A convolutional network: the layers in the options, then a dense layer for the outputs.
 * `create` throws BbbError `E_NETWORK` for rows of a table, and for a window larger than its image.
 */
export const cnn: NetworkDefinition<CnnOptions> = {
  description: 'Convolutional: a list of layers; by default LeNet-5 (20 and 50 filters of 5 x 5, 500 units).',
  source: 'LeCun et al. 1998; widths as in Caffe and the literature on pruning',
  options: cnnOptions,
  create({ layers }, { inputShape, outputs }) {
    const all = [...layers, { kind: 'dense' as const, units: outputs }];
    return architectureOf(inputShape, layersOf(inputShape, all));
  },
  optionsFor: (layers) => (safeParse(z.array(layerSchema), layers).success ? { layers } : undefined),
};

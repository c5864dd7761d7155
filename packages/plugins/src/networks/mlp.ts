import {
  architectureOf,
  safeParse,
  sizeOf,
  type HiddenLayer,
  type Layer,
  type NetworkDefinition,
} from '@bbb/core';
import { z } from 'zod';
import { dense } from '../layers/dense.js';
import { relu, tanh } from '../layers/activations.js';

export const mlpOptions = z.strictObject({
  hidden: z
    .array(z.int().min(1))
    .default([400, 400])
    .describe('Hidden units per layer; [] is (multinomial) regression.'),
  activation: z.enum(['relu', 'tanh']).default('relu').describe('What follows every hidden layer.'),
});
export type MlpOptions = z.output<typeof mlpOptions>;

/**
 * A fully connected network: dense layers with an activation between them. An image is read as a row of numbers. It takes every input shape.
 */
export const mlp: NetworkDefinition<MlpOptions> = {
  description: 'Fully connected: hidden layers of the widths that --hidden names, each with an activation.',
  options: mlpOptions,
  create({ hidden, activation }, { inputShape, outputs }) {
    const widths = [sizeOf(inputShape), ...hidden, outputs];
    const layers = widths.slice(1).flatMap((width, l): Layer[] => {
      const linear = dense(l, [widths[l]!], width);
      if (l === hidden.length) return [linear];
      return [linear, activation === 'relu' ? relu([width]) : tanh([width])];
    });
    return architectureOf(inputShape, layers);
  },
  optionsFor: plainOptions,
};

/** Dense layers alone, each with the same activation. */
function plainOptions(layers: readonly HiddenLayer[]): MlpOptions | undefined {
  const plain = layers.filter(({ kind }) => kind !== 'flatten');
  const { activation } = mlpOptions.shape;
  const [used = 'relu'] = plain.flatMap(({ kind }) => safeParse(activation, kind).data ?? []);
  const hidden = plain.flatMap((layer) => ('units' in layer ? [Number(layer.units)] : []));
  const expected = hidden.flatMap(() => ['dense', used]);
  return plain.map(({ kind }) => kind).join() === expected.join() ? { hidden, activation: used } : undefined;
}

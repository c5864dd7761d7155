import { sizeOf, type LinearLayer } from '@bbb/core';
import { assertSame } from './assert-same.js';

/**
 * Checks the description of the weight and the bias of a layer.
 * @param index the number of the layer among those with weights
 */
export function checkWeights({ weight, bias, outShape }: LinearLayer, index: number): void {
  const units = sizeOf(bias.shape);
  assertSame(
    [weight.role, bias.role],
    ['weight', 'bias'],
    'The role of a weight must be "weight", and that of a bias "bias"',
  );
  assertSame(
    [weight.layer, bias.layer],
    [index, index],
    '`layer` must number the layers with weights, from 0',
  );
  assertSame(
    weight.shape.at(-1),
    units,
    `The last axis of ${weight.name} must have one element for each unit`,
  );
  assertSame(sizeOf(weight.shape), weight.fanIn * units, `${weight.name} must have fanIn * units elements`);
  assertSame(bias.fanIn, weight.fanIn, `${bias.name} must have the fan-in of ${weight.name}`);
  assertSame(
    weight.fanIn % weight.inputUnits,
    0,
    `The fan-in of ${weight.name}, ${weight.fanIn}, must be a multiple of its inputUnits, ${weight.inputUnits}`,
  );
  assertSame(
    sizeOf(outShape) % units,
    0,
    `The number of outputs, ${sizeOf(outShape)}, must be a multiple of the number of units, ${units}`,
  );
}

import type { Key, Operand, Ops } from '@bbb/kernels';
import { byMember } from '../model/members.js';
import { weightsOf, type Draw, type Model, type ModelWeight, type Params } from '../model/model.js';
import { oneNetwork, withNetwork } from './predict.js';

/** Number of zeros and of elements for each weight tensor of the architecture, by name; members are added up. */
export type ZeroCounts = Readonly<Record<string, readonly [zeros: number, elements: number]>>;

/**
 * Calls `look` with every weight tensor as a forward pass reads it: of the mean network, or of a draw if there is no mean network; of each
 * member of an ensemble.
 * @param model how parameters become networks
 * @param params the parameters of the model
 * @param key says which random numbers: the same key gives the same ones
 * @param look called with every weight tensor
 */
export function eachDrawnWeight(
  model: Model,
  params: Params,
  key: Key,
  look: (weight: ModelWeight, values: Operand) => void,
): void {
  for (const [member, weights] of byMember(weightsOf(model))) {
    const draw: Draw = member === undefined ? oneNetwork(model, key) : { member, of: 'mean' };
    withNetwork(model, params, draw, (network) => {
      for (const weight of weights) look(weight, network.weights[weight.of ?? weight.name]!);
    });
  }
}

/**
 * Counts the zeros and the elements in the tensors that forward passes read.
 * @param ops the ops that allocate and compute operands, e.g. of `startBackend()`
 * @param model how parameters become networks
 * @param params the parameters of the model
 * @param key says which random numbers: the same key gives the same ones
 * @param look called with the elements of every weight tensor
 */
export function countZeros(
  ops: Ops,
  model: Model,
  params: Params,
  key: Key,
  look?: (name: string, values: Float32Array | Float64Array) => void,
): ZeroCounts {
  const counts: Record<string, readonly [number, number]> = {};
  eachDrawnWeight(model, params, key, ({ name, of = name }, operand) => {
    const values = ops.read(operand);
    look?.(name, values);
    let zeros = 0;
    for (let i = 0; i < values.length; i++) if (values[i] === 0) zeros++;
    const [zerosBefore, elementsBefore] = counts[of] ?? [0, 0];
    counts[of] = [zerosBefore + zeros, elementsBefore + values.length];
  });
  return counts;
}

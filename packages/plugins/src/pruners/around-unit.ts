import { inputUnitOf, outputUnitOf, unitGroups, type PruneContext, type WeightPosterior } from '@bbb/core';

/** The weights around the units of a hidden layer. */
export interface AroundUnits {
  readonly units: number;
  readonly into: WeightPosterior;
  readonly bias: WeightPosterior;
  readonly out: WeightPosterior;
}

/**
 * Finds the weights into and out of the units of a hidden layer.
 * @param into the weights into a hidden layer, as a criterion of units gets them
 * @param context the network and its posterior
 */
export function aroundUnits(into: WeightPosterior, { architecture, posterior }: PruneContext): AroundUnits {
  const { bias, next } = unitGroups(architecture).find(({ weight }) => weight.name === into.name)!;
  const named = (name: string): WeightPosterior => posterior.find((one) => one.name === name)!;
  return { units: into.shape.at(-1)!, into, bias: named(bias.name), out: named(next.name) };
}

/**
 * A sum over the weights into each unit, without its bias, in float64.
 * @param around the weights into and out of the units of a layer
 * @param value the number to add up at a position of the tensor
 */
export function sumInto({ units, into }: AroundUnits, value: (i: number) => number): Float64Array {
  return sumBy(units, into.mu.length, (i) => outputUnitOf(into, i), value);
}

/**
 * A sum over the weights out of each unit, in float64.
 * @param around the weights into and out of the units of a layer
 * @param value the number to add up at a position of the tensor
 */
export function sumOut({ units, out }: AroundUnits, value: (i: number) => number): Float64Array {
  return sumBy(units, out.mu.length, (i) => inputUnitOf(out, i), value);
}

function sumBy(
  units: number,
  count: number,
  unitOf: (i: number) => number,
  value: (i: number) => number,
): Float64Array {
  const sums = new Float64Array(units);
  for (let i = 0; i < count; i++) sums[unitOf(i)]! += value(i);
  return sums;
}

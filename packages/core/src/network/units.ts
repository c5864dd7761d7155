import type { KeepMasks } from '../model/model.js';
import { linearLayers, type Architecture } from './architecture.js';
import type { WeightSpec } from './layer.js';
import { sizeOf } from './shape.js';

/** The units of one hidden layer (neurons or channels), with every weight tensor that leads into them or out of them. */
export interface UnitGroup {
  /** Number of the layer whose outputs the units are. Their mask has the name of that layer's weight. */
  readonly layer: number;
  readonly count: number;
  readonly weight: WeightSpec;
  readonly bias: WeightSpec;
  /** The weights of the next layer, whose inputs the units are. */
  readonly next: WeightSpec;
}

/** By the name of a hidden layer's weight: one byte for each of its units, 1 keeps, 0 prunes. */
export type UnitMasks = Readonly<Record<string, Uint8Array>>;

/**
 * The units that can be removed: those of all layers with weights except the last one, whose units are the outputs.
 * @param architecture the layers of a network
 */
export function unitGroups(architecture: Architecture): UnitGroup[] {
  const layers = linearLayers(architecture);
  return layers.slice(0, -1).map(({ weight, bias }, l) => ({
    layer: weight.layer,
    count: sizeOf(bias.shape),
    weight,
    bias,
    next: layers[l + 1]!.weight,
  }));
}

/**
 * The input unit that element `i` of a weight belongs to.
 *
 * @param spec of the weight tensor
 * @param i position in the tensor, row-major, from 0
 */
export function inputUnitOf({ shape, inputUnits }: WeightSpec, i: number): number {
  return Math.floor(i / shape.at(-1)!) % inputUnits;
}

/**
 * The output unit that element `i` of a weight or bias belongs to.
 *
 * @param spec of the weight or bias
 * @param i position in the tensor, row-major, from 0
 */
export function outputUnitOf({ shape }: Pick<WeightSpec, 'shape'>, i: number): number {
  return i % shape.at(-1)!;
}

/**
 * Masks for weights that remove units. They remove all weights into a removed unit, its bias, and all weights out of it.
 * @param architecture the layers of a network
 * @param units by the name of a hidden layer's weight, one byte for each of its units: 0 removes it
 */
export function expandUnits(architecture: Architecture, units: UnitMasks): KeepMasks {
  const keep = Object.fromEntries(
    architecture.weights.map(({ name, shape }) => [name, new Uint8Array(sizeOf(shape)).fill(1)]),
  );
  for (const { weight, bias, next } of unitGroups(architecture)) {
    const kept = units[weight.name];
    if (!kept) continue;
    const clear = (spec: WeightSpec, unitOf: (i: number) => number): void => {
      const mask = keep[spec.name]!;
      for (let i = 0; i < mask.length; i++) if (kept[unitOf(i)] === 0) mask[i] = 0;
    };
    clear(weight, (i) => outputUnitOf(weight, i));
    clear(bias, (i) => i);
    clear(next, (i) => inputUnitOf(next, i));
  }
  return keep;
}

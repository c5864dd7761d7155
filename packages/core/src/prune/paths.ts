import type { KeepMasks } from '../model/model.js';
import type { Architecture } from '../network/architecture.js';
import { inputUnitOf, outputUnitOf, unitGroups, type UnitMasks } from '../network/units.js';
import { linearLayers } from '../network/architecture.js';
import type { WeightSpec } from '../network/layer.js';
import { sizeOf } from '../network/shape.js';

/** The parts of a network that connect its inputs with its outputs. */
export interface ActivePaths {
  /** By weight name, one byte for each element: 1 if it is not 0 and lies on a path from an input to an output. */
  readonly active: KeepMasks;
  /** Masks of the hidden units on such a path, by the name of the weight into their layer. The other units have no effect. */
  readonly units: UnitMasks;
}

/**
 * The weights that are not 0 and lie on a path of such weights from an input to an output. A bias lies on the paths through its unit. The bias
 * of a unit that no input reaches is a constant, and does not count.
 * @param architecture the layers of the network
 * @param alive by weight name, one byte for each element: 0 if the element is 0
 */
export function activePaths(architecture: Architecture, alive: KeepMasks): ActivePaths {
  const layers = linearLayers(architecture);
  const through = layers.map(({ weight }) => weight);
  /** By layer: which units the inputs reach; the first entry is for the input units. */
  const reached: Uint8Array[] = [new Uint8Array(through[0]!.inputUnits).fill(1)];
  for (const [l, { weight, bias }] of layers.entries())
    reached.push(reachedUnits(weight, alive[weight.name]!, reached[l]!, sizeOf(bias.shape)));
  const leading: Uint8Array[] = [new Uint8Array(reached.at(-1)!.length).fill(1)];
  for (const weight of through.toReversed())
    leading.unshift(leadingUnits(weight, alive[weight.name]!, leading[0]!));
  const onTheWay = reached.map((units, l) => units.map((one, u) => one & leading[l]![u]!));
  const active = layers.flatMap(({ weight, bias }, l): [string, Uint8Array][] => {
    const [from, to] = [onTheWay[l]!, onTheWay[l + 1]!];
    return [
      [weight.name, between(weight, alive[weight.name]!, from, to)],
      [bias.name, alive[bias.name]!.map((one, unit) => one & to[unit]!)],
    ];
  });
  const units = unitGroups(architecture).map(({ weight }, l) => [weight.name, onTheWay[l + 1]!] as const);
  return { active: Object.fromEntries(active), units: Object.fromEntries(units) };
}

/**
 * The hidden units that can be removed without changing any output: units that are 0 for every input (no weight leads into them, they have no
 * bias, and the layers up to the next weights keep zeros), and units that no weight leads out of. One unit stays in every layer.
 * @param architecture the layers of the network
 * @param alive by weight name, one byte for each element: 0 if the element is 0
 */
export function silentUnits(architecture: Architecture, alive: KeepMasks): UnitMasks {
  const groups = unitGroups(architecture);
  const keep = groups.map(({ count }) => new Uint8Array(count).fill(1));
  const quiet = zerosStay(architecture);
  for (let changed = true; changed;) {
    changed = false;
    for (const [g, { weight, bias, next }] of groups.entries()) {
      const spoken = Uint8Array.from(alive[bias.name]!);
      eachAlive(alive[weight.name]!, (i) => {
        if (!keep[g - 1] || keep[g - 1]![inputUnitOf(weight, i)]) spoken[outputUnitOf(weight, i)] = 1;
      });
      const heard = new Uint8Array(spoken.length);
      eachAlive(alive[next.name]!, (i) => {
        if (!keep[g + 1] || keep[g + 1]![outputUnitOf(next, i)]) heard[inputUnitOf(next, i)] = 1;
      });
      for (const [unit, kept] of keep[g]!.entries()) {
        if (kept === 0 || ((spoken[unit] || !quiet[g]) && heard[unit])) continue;
        keep[g]![unit] = 0;
        changed = true;
      }
    }
  }
  for (const mask of keep) if (!mask.includes(1)) mask[0] = 1;
  return Object.fromEntries(groups.map(({ weight }, g) => [weight.name, keep[g]!]));
}

/** For each hidden layer: whether the layers without weights that follow it map 0 to 0. */
function zerosStay({ layers }: Architecture): boolean[] {
  const stays: boolean[] = [];
  for (const layer of layers) {
    if (layer.weight) stays.push(true);
    else if (stays.length > 0) stays[stays.length - 1] &&= layer.keepsZeros ?? false;
  }
  return stays;
}

/** What a walk over the elements of a weight needs: those from one input unit to all output units lie side by side. */
type Walked = Pick<WeightSpec, 'shape' | 'inputUnits'>;

/** The output units that a weight which is not 0 leads to from one of the units `from`. */
function reachedUnits(
  { shape, inputUnits }: Walked,
  mask: Uint8Array,
  from: Uint8Array,
  outputs: number,
): Uint8Array {
  const reached = new Uint8Array(outputs);
  for (let first = 0, line = 0; first < mask.length; first += shape.at(-1)!, line++) {
    if (from[line % inputUnits]) for (let o = 0; o < outputs; o++) reached[o]! |= mask[first + o]!;
  }
  return reached;
}

/** The input units that a weight which is not 0 leads from to one of the units `to`. */
function leadingUnits({ shape, inputUnits }: Walked, mask: Uint8Array, to: Uint8Array): Uint8Array {
  const leading = new Uint8Array(inputUnits);
  for (let first = 0, line = 0; first < mask.length; first += shape.at(-1)!, line++) {
    let one = 0;
    for (let o = 0; o < to.length; o++) one |= mask[first + o]! & to[o]!;
    leading[line % inputUnits]! |= one;
  }
  return leading;
}

/** The mask without the elements that do not lead from one of the units `from` to one of the units `to`. */
function between(
  { shape, inputUnits }: Walked,
  mask: Uint8Array,
  from: Uint8Array,
  to: Uint8Array,
): Uint8Array {
  const kept = new Uint8Array(mask.length);
  for (let first = 0, line = 0; first < mask.length; first += shape.at(-1)!, line++) {
    if (from[line % inputUnits])
      for (let o = 0; o < to.length; o++) kept[first + o] = mask[first + o]! & to[o]!;
  }
  return kept;
}

function eachAlive(mask: Uint8Array, visit: (element: number) => void): void {
  for (let i = 0; i < mask.length; i++) if (mask[i]) visit(i);
}

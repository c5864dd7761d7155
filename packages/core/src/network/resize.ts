import { BbbError } from '../errors.js';
import { architectureOf, linearLayers, type Architecture } from './architecture.js';
import { isLinear, type Layer } from './layer.js';
import { sizeOf, type Shape } from './shape.js';
import type { UnitMasks } from './units.js';

/**
 * Whether every layer can be made smaller.
 * @param architecture the layers of a network
 */
export function canResize({ layers }: Architecture): boolean {
  return layers.every((layer) => layer.resized !== undefined);
}

/**
 * The architecture without the hidden units that the masks remove. All outputs stay.
 * @param architecture the layers of a network
 * @param units by the name of a hidden layer's weight, one byte for each of its units: 0 removes it
 * @throws BbbError `E_NETWORK_RESIZE` for a layer that can't be made smaller, or that would have no units left
 */
export function resizeArchitecture(architecture: Architecture, units: UnitMasks): Architecture {
  const last = linearLayers(architecture).at(-1)!;
  let shape: Shape = architecture.inputShape;
  let before: number | undefined;
  const layers = architecture.layers.map((layer): Layer => {
    const made = resizedLayer(layer, shape, layer === last ? undefined : units, before);
    if (isLinear(made)) before = sizeOf(made.bias.shape);
    shape = made.outShape;
    return made;
  });
  return architectureOf(architecture.inputShape, layers);
}

function resizedLayer(
  layer: Layer,
  inShape: Shape,
  units: UnitMasks | undefined,
  unitsBefore: number | undefined,
): Layer {
  if (!layer.resized)
    throw unable(layer.kind, 'has no resize(), which makes it smaller', 'Give it resized().');
  if (!isLinear(layer)) return layer.resized(inShape);
  const kept = units?.[layer.weight.name];
  const count = kept ? kept.reduce((sum, one) => sum + one, 0) : sizeOf(layer.bias.shape);
  if (count === 0) throw unable(layer.kind, 'would have no units left', 'Keep one at least.');
  return layer.resized(inShape, count, unitsBefore ?? layer.weight.inputUnits);
}

function unable(kind: string, what: string, hint: string): BbbError {
  return new BbbError('E_NETWORK_RESIZE', `The layer "${kind}" ${what}.`, { hint });
}

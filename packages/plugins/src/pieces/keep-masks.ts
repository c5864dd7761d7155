import { BbbError, sizeOf, suggest, type KeepMasks, type WeightSpec } from '@bbb/core';

/**
 * Whether every mask belongs to one of these weights and has a byte for each of its elements. To be asked before any is applied, so
 * that a mistake changes nothing.
 *
 * @throws BbbError `E_PRUNE_NAME` for a name that is none of theirs, `E_PRUNE_MASK` for a mask of another size
 */
export function checkKeep(weights: readonly WeightSpec[], keep: KeepMasks): void {
  const names = weights.map(({ name }) => name);
  for (const [name, mask] of Object.entries(keep)) {
    const spec = weights.find((one) => one.name === name);
    if (!spec) {
      throw new BbbError('E_PRUNE_NAME', `There is no weight "${name}" to prune in this model.`, {
        hint: `${suggest(name, names)}Its weights are ${names.join(', ')}.`,
      });
    }
    if (mask.length !== sizeOf(spec.shape)) {
      throw new BbbError(
        'E_PRUNE_MASK',
        `The mask of ${name} has ${mask.length} bytes for the ${sizeOf(spec.shape)} elements of [${spec.shape.join(', ')}].`,
        { hint: 'Give one byte for each element, row by row: 1 keeps, 0 prunes.' },
      );
    }
  }
}

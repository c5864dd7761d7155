/** Which matrix of a batch of shape `from` takes part in matrix i of the broadcast batch of shape `batch`. */
export function batchIndices(batch: readonly number[], from: readonly number[]): (i: number) => number {
  if (from.every((size) => size === 1)) return () => 0;
  if (from.length === batch.length && from.every((size, axis) => size === batch[axis])) return (i) => i;
  return (i) => {
    let [rest, index, stride] = [i, 0, 1];
    for (let axis = 1; axis <= batch.length; axis++) {
      const size = batch.at(-axis) ?? 1;
      const own = axis <= from.length ? (from.at(-axis) ?? 1) : 1;
      if (own > 1) index += (rest % size) * stride;
      stride *= own;
      rest = Math.floor(rest / size);
    }
    return index;
  };
}

/** Lengths of the axes, without the batch: `[28, 28, 1]` for a grey image, `[13]` for a row of a table. */
export type Shape = readonly number[];

/**
 * Number of elements of a shape.
 * @param shape sizes, e.g. `[28, 28, 1]`
 */
export function sizeOf(shape: Shape): number {
  return shape.reduce((product, length) => product * length, 1);
}

/**
 * A shape as text for people: `28 x 28 x 1`.
 * @param shape sizes, e.g. `[28, 28, 1]`
 */
export function shapeText(shape: Shape): string {
  return shape.join(' x ');
}

/**
 * The bin of a value among equal bins over (low, high]: bin b is (edge b, edge b + 1]. The value is compared with the edges, which are the doubles
 * nearest to low + b (high - low) / bins, because a product of value and bins may be rounded beyond an edge.
 */
export function binFromAbove(value: number, edges: Float64Array): number {
  const last = edges.length - 2;
  let b = guess(value, edges, last);
  while (b > 0 && value <= edges[b]!) b--;
  while (b < last && value > edges[b + 1]!) b++;
  return b;
}

/** As {@link binFromAbove} over [low, high): bin b is [edge b, edge b + 1), and the last one is closed. */
export function binFromBelow(value: number, edges: Float64Array): number {
  const last = edges.length - 2;
  let b = guess(value, edges, last);
  while (b > 0 && value < edges[b]!) b--;
  while (b < last && value >= edges[b + 1]!) b++;
  return b;
}

/** The edges of equal bins over [low, high]: one more than there are bins. */
export function edgesOf(low: number, high: number, bins: number): Float64Array {
  return Float64Array.from({ length: bins + 1 }, (_, b) =>
    b === bins ? high : low + (b * (high - low)) / bins,
  );
}

/** A bin that is wrong by at most one. If all edges are equal, there is no width to divide by. */
function guess(value: number, edges: Float64Array, last: number): number {
  const [low, high] = [edges[0]!, edges[last + 1]!];
  if (low === high) return 0;
  return Math.max(0, Math.min(last, Math.floor(((value - low) / (high - low)) * (last + 1))));
}

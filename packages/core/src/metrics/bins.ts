/**
 * The bin of a value among equal ones over (low, high]: bin b is (edge b, edge b + 1]. Compared with the edges as the nearest
 * doubles to low + b (high - low) / bins, for a product of value and bins may round past one.
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

/** One bin off at the most. Where all edges are one number there is no width to divide by. */
function guess(value: number, edges: Float64Array, last: number): number {
  const [low, high] = [edges[0]!, edges[last + 1]!];
  if (low === high) return 0;
  return Math.max(0, Math.min(last, Math.floor(((value - low) / (high - low)) * (last + 1))));
}

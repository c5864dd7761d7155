/** Numbers in [-1, 1), the same for the same seed. */
export function uniform(length: number, seed: number): Float32Array {
  let state = Math.imul(seed + 1, 2654435761) | 1;
  return Float32Array.from({ length }, () => {
    state = Math.imul(state, 1664525) + 1013904223;
    return (state >> 8) / 2 ** 23;
  });
}

import type { Operand } from '../ops.js';
import { data } from './operand.js';

/** Which of `count` random numbers belongs to an element of [examples, positions, channels]: one for each example and channel. */
export function channelIndices(
  x: Operand,
  positions: number,
): { count: number; of: (element: number) => number } {
  const { length } = data(x);
  const each = length / (x.shape[0] ?? 1);
  const channels = each / positions;
  return {
    count: length / positions,
    of: (i) => Math.floor(i / each) * channels + (i % channels),
  };
}

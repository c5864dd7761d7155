import type { Key } from '@bbb/kernels';
import type { Point, Space } from './space.js';

/** A finished configuration: where it was and what it scored (mean over its seeds; lower is better). */
export interface Observation {
  readonly point: Point;
  readonly loss: number;
}

/**
 * Proposes configurations. Pure: the next point depends on the space, what was observed, the number of points proposed
 * so far and the key alone, so a search goes on after a crash as if nothing had happened.
 */
export interface Sampler {
  /**
   * Point number `index` (from 0).
   * @param history finished configurations in the order in which they finished
   */
  suggest(space: Space, history: readonly Observation[], index: number, key: Key): Point;
}

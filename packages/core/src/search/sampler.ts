import type { Key } from '@bbb/kernels';
import type { Point, Space } from './space.js';

/** A finished configuration: its point and its loss. Lower is better. */
export interface Observation {
  readonly point: Point;
  /** The mean over its seeds; Infinity if one of them failed. */
  readonly loss: number;
  /**
   * Standard error of that mean, from the sample variance over the seeds: a confidence interval is loss plus and minus a
   * quantile of Student's t times this. Absent with a single seed, or if a seed failed.
   */
  readonly standardError?: number;
}

/**
 * Proposes configurations. It is pure: the next point depends only on the space, the observations, the number of points proposed so far and the
 * key. So a search goes on after a crash as if nothing had happened.
 */
export interface Sampler {
  /**
   * Point number `index` (from 0).
   * @param history finished configurations in the order in which they finished
   */
  suggest(space: Space, history: readonly Observation[], index: number, key: Key): Point;
}

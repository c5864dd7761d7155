import type { Key } from '@bbb/kernels';
import type { WeightPosterior } from '../model/model.js';

/** Gives every weight a score; the lowest are removed. */
export interface Pruner {
  /**
   * One finite score for each element of `weights.mu`, higher is worth more: NaN and Infinity are errors. A weight that is already
   * zero for sure (mu = 0, and sigma = 0 or none) may get any score: it counts among the pruned anyway, and is the first of them.
   *
   * @param key for criteria that draw (random); differs for each tensor
   */
  score(weights: WeightPosterior, key: Key): Float32Array;
}

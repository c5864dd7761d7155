import type { Shape } from '../network/shape.js';
import type { TargetSpec } from './dataset.js';
import type { Preprocessing } from './preprocessing.js';

/** What a network has to know about its data. */
export interface DataSpec {
  readonly inputShape: Shape;
  readonly target: TargetSpec;
  readonly preprocessing: Preprocessing;
}

import type { Shape } from '../network/shape.js';
import type { TargetSpec } from './dataset.js';
import type { Preprocessing } from './preprocessing.js';

/** The properties of the data that a network depends on. */
export interface DataSpec {
  readonly inputShape: Shape;
  readonly target: TargetSpec;
  readonly preprocessing: Preprocessing;
}

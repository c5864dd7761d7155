import { BLOCK, buffer } from '../workspace';
import { descend } from './optimizer';
import { withPrior } from './prior';

/** Adds the prior's gradient to `grad` and updates w. See Ops.updatePoint in src/ops.ts. */
export function updatePoint(
  w: usize, m: usize, v: usize, grad: usize, n: i32, priorWeight: f32,
  prior: i32, precision1: f32, precision2: f32, logOdds: f32, curvature: f32,
  rule: i32, rate: f32, decay1: f32, gain1: f32, decay2: f32, gain2: f32, correction: f32, epsilon: f32,
): void {
  for (let first = 0; first < n; first += BLOCK) {
    const count = min(BLOCK, n - first), at = <usize>first << 2;
    const g = withPrior(
      buffer(1), grad + at, w + at, count, priorWeight, prior, precision1, precision2, logOdds, curvature,
    );
    descend(w + at, m + at, v + at, g, count, rule, rate, decay1, gain1, decay2, gain2, correction, epsilon);
  }
}

import { priorForce } from './prior';
import { stepLanes } from './rule';

/** The optimiser on w with gradient grad - priorWeight * d log p(w) / dw; `blocks` of 16. */
export function updatePoint(
  w: usize, grad: usize, m: usize, v: usize, blocks: i32,
  prior: i32, precision1: f32, precision2: f32, logRatio: f32, priorWeight: f32,
  rule: i32, rate: f32, a: f32, b: f32, c: f32, d: f32,
): void {
  const bytes = <usize>blocks << 6;
  for (let i: usize = 0; i < bytes; i += 16) {
    const force = priorForce(prior, v128.load(w + i), precision1, precision2, logRatio);
    const g = f32x4.add(v128.load(grad + i), f32x4.mul(f32x4.splat(priorWeight), force));
    stepLanes(rule, w + i, m + i, v + i, g, rate, a, b, c, d);
  }
}

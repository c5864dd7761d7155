import { expNegative } from '../math/exp';
import { splat } from '../math/splat';

// Prior kinds, as src/wasm-ops passes them.
export const FLAT: i32 = 0;
export const GAUSSIAN: i32 = 1;
export const MIXTURE: i32 = 2;

/**
 * -d log p(w) / dw on four lanes. `precision1` is 1 / sigma1^2 (1 / sigma^2 of a Gaussian), `precision2` 1 / sigma2^2, and
 * `logRatio` is log(pi / sigma1) - log((1 - pi) / sigma2).
 * The responsibilities of the mixture are sigmoids of the log-ratio of its components, which cannot underflow:
 * N(0.04; 0, e^-6) is 0 in float32, its logarithm is not.
 */
// @ts-ignore: decorator
@inline
export function priorForce(kind: i32, w: v128, precision1: f32, precision2: f32, logRatio: f32): v128 {
  if (kind == FLAT) return splat(0);
  if (kind == GAUSSIAN) return f32x4.mul(w, splat(precision1));
  const t = f32x4.add(
    splat(logRatio), f32x4.mul(f32x4.mul(w, w), splat(<f32>0.5 * (precision2 - precision1))),
  );
  const e = expNegative(f32x4.neg(f32x4.abs(t)));
  const large = f32x4.div(splat(1), f32x4.add(splat(1), e)), small = f32x4.mul(large, e);
  const first = f32x4.ge(t, splat(0));
  const r1 = v128.bitselect(large, small, first), r2 = v128.bitselect(small, large, first);
  return f32x4.mul(w, f32x4.add(f32x4.mul(r1, splat(precision1)), f32x4.mul(r2, splat(precision2))));
}

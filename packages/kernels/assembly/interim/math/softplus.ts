import { expNegative } from './exp';
import { splat } from './splat';

/** log(1 + e) for e in [0, 1], relatively exact near 0: 2 artanh t with t = e / (2 + e), at most 1/3. */
// @ts-ignore: decorator
@inline
export function log1pUnit(e: v128, t: v128): v128 {
  const s = f32x4.mul(t, t);
  let p = splat(0.11764706);
  p = f32x4.add(f32x4.mul(p, s), splat(0.13333334));
  p = f32x4.add(f32x4.mul(p, s), splat(0.15384616));
  p = f32x4.add(f32x4.mul(p, s), splat(0.18181819));
  p = f32x4.add(f32x4.mul(p, s), splat(0.22222222));
  p = f32x4.add(f32x4.mul(p, s), splat(0.28571430));
  p = f32x4.add(f32x4.mul(p, s), splat(0.4));
  p = f32x4.add(f32x4.mul(p, s), splat(0.66666669));
  return f32x4.add(f32x4.mul(f32x4.mul(p, s), t), f32x4.add(t, t));
}

/** softplus(x) = max(x, 0) + log(1 + e^-abs(x)). */
// @ts-ignore: decorator
@inline
export function softplusLanes(x: v128): v128 {
  const e = expNegative(f32x4.neg(f32x4.abs(x)));
  return f32x4.add(f32x4.pmax(splat(0), x), log1pUnit(e, f32x4.div(e, f32x4.add(splat(2), e))));
}

/** 1 / (1 + e^-x) from e = e^-abs(x). */
// @ts-ignore: decorator
@inline
export function sigmoidLanes(x: v128): v128 {
  const e = expNegative(f32x4.neg(f32x4.abs(x)));
  const d = f32x4.add(splat(1), e);
  return f32x4.div(v128.bitselect(e, splat(1), f32x4.lt(x, splat(0))), d);
}

import { splat } from './splat';

/** e^x on four lanes; below -104 it is 0, above 88.73 Infinity, NaN stays. About 1 ulp, gradual underflow included. */
// @ts-ignore: decorator
@inline
export function expLanes(x: v128): v128 {
  // Beyond these bounds the result is 0 or Infinity anyway, and 2^n stays representable in two steps.
  const bounded = f32x4.pmin(splat(89), f32x4.pmax(splat(-104.5), x));
  const n = f32x4.nearest(f32x4.mul(bounded, splat(1.44269504)));
  // ln 2 in two parts: n times the first is exact.
  let r = f32x4.sub(bounded, f32x4.mul(n, splat(0.693359375)));
  r = f32x4.add(r, f32x4.mul(n, splat(2.12194440e-4)));
  let p = splat(1.9875691500e-4);
  p = f32x4.add(f32x4.mul(p, r), splat(1.3981999507e-3));
  p = f32x4.add(f32x4.mul(p, r), splat(8.3334519073e-3));
  p = f32x4.add(f32x4.mul(p, r), splat(4.1665795894e-2));
  p = f32x4.add(f32x4.mul(p, r), splat(1.6666665459e-1));
  p = f32x4.add(f32x4.mul(p, r), splat(5.0000001201e-1));
  p = f32x4.add(f32x4.add(f32x4.mul(f32x4.mul(r, r), p), r), splat(1));
  const k = i32x4.trunc_sat_f32x4_s(n), half = i32x4.shr_s(k, 1);
  return f32x4.mul(f32x4.mul(p, twoTo(half)), twoTo(i32x4.sub(k, half)));
}

// @ts-ignore: decorator
@inline
function twoTo(k: v128): v128 {
  return i32x4.shl(i32x4.add(k, i32x4.splat(127)), 23);
}

/** e^-abs(x), for x where neither bound of {@link expLanes} nor denormals matter to the caller: flushes below 2^-126 to 0. */
// @ts-ignore: decorator
@inline
export function expNegative(negative: v128): v128 {
  const bounded = f32x4.pmax(splat(-87.33), negative);
  const n = f32x4.nearest(f32x4.mul(bounded, splat(1.44269504)));
  let r = f32x4.sub(bounded, f32x4.mul(n, splat(0.693359375)));
  r = f32x4.add(r, f32x4.mul(n, splat(2.12194440e-4)));
  let p = splat(1.9875691500e-4);
  p = f32x4.add(f32x4.mul(p, r), splat(1.3981999507e-3));
  p = f32x4.add(f32x4.mul(p, r), splat(8.3334519073e-3));
  p = f32x4.add(f32x4.mul(p, r), splat(4.1665795894e-2));
  p = f32x4.add(f32x4.mul(p, r), splat(1.6666665459e-1));
  p = f32x4.add(f32x4.mul(p, r), splat(5.0000001201e-1));
  p = f32x4.add(f32x4.add(f32x4.mul(f32x4.mul(r, r), p), r), splat(1));
  return v128.and(f32x4.mul(p, twoTo(i32x4.trunc_sat_f32x4_s(n))), f32x4.ge(negative, splat(-87.33)));
}

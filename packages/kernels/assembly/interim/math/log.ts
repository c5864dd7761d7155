import { splat } from './splat';

/** log x on four lanes for positive normal numbers (what the normals and the mixture prior need). About 1 ulp. */
// @ts-ignore: decorator
@inline
export function logNormal(x: v128): v128 {
  // x = 2^e m, m in [sqrt(1/2), sqrt(2)).
  const shifted = i32x4.sub(x, i32x4.splat(0x3f3504f3));
  const e = f32x4.convert_i32x4_s(i32x4.shr_s(shifted, 23));
  const m = i32x4.add(v128.and(shifted, i32x4.splat(0x007fffff)), i32x4.splat(0x3f3504f3));
  const f = f32x4.sub(m, splat(1)), z = f32x4.mul(f, f);
  let p = splat(7.0376836292e-2);
  p = f32x4.add(f32x4.mul(p, f), splat(-1.1514610310e-1));
  p = f32x4.add(f32x4.mul(p, f), splat(1.1676998740e-1));
  p = f32x4.add(f32x4.mul(p, f), splat(-1.2420140846e-1));
  p = f32x4.add(f32x4.mul(p, f), splat(1.4249322787e-1));
  p = f32x4.add(f32x4.mul(p, f), splat(-1.6668057665e-1));
  p = f32x4.add(f32x4.mul(p, f), splat(2.0000714765e-1));
  p = f32x4.add(f32x4.mul(p, f), splat(-2.4999993993e-1));
  p = f32x4.add(f32x4.mul(p, f), splat(3.3333331174e-1));
  p = f32x4.mul(f32x4.mul(p, f), z);
  p = f32x4.add(p, f32x4.mul(e, splat(-2.12194440e-4)));
  p = f32x4.sub(p, f32x4.mul(z, splat(0.5)));
  return f32x4.add(f32x4.add(f, p), f32x4.mul(e, splat(0.693359375)));
}

/** log x for every float: denormals, 0 (-Infinity), Infinity, negative numbers (NaN) and NaN. */
// @ts-ignore: decorator
@inline
export function logLanes(x: v128): v128 {
  const tiny = f32x4.lt(x, splat(1.17549435e-38));
  const scaled = v128.bitselect(f32x4.mul(x, splat(16777216)), x, tiny);
  let y = logNormal(scaled);
  y = f32x4.sub(y, v128.and(tiny, splat(16.6355323)));
  y = v128.bitselect(x, y, f32x4.eq(x, splat(Infinity)));
  y = v128.bitselect(splat(-Infinity), y, f32x4.eq(x, splat(0)));
  return v128.bitselect(splat(NaN), y, v128.or(f32x4.lt(x, splat(0)), f32x4.ne(x, x)));
}

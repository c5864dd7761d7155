/** Types for four channels at a time, and for one at a time at the end: `sizeof<Lanes>()` is 16 or 4 bytes. */
export type Four = v128;
export type One = f32;

// @ts-ignore: decorator
@inline
export function get<Lanes>(p: usize): v128 {
  return sizeof<Lanes>() == 16 ? v128.load(p) : v128.load32_zero(p);
}

// @ts-ignore: decorator
@inline
export function put<Lanes>(p: usize, x: v128): void {
  if (sizeof<Lanes>() == 16) v128.store(p, x);
  else v128.store32_lane(p, x, 0);
}

/** p (+)= x */
// @ts-ignore: decorator
@inline
export function give<Lanes>(p: usize, x: v128, add: bool): void {
  put<Lanes>(p, add ? f32x4.add(get<Lanes>(p), x) : x);
}

/** Stores the first n channels, one to three, of four. */
// @ts-ignore: decorator
@inline
export function putFirst(p: usize, x: v128, n: i32): void {
  v128.store32_lane(p, x, 0);
  if (n > 1) v128.store32_lane(p, x, 1, 4);
  if (n > 2) v128.store32_lane(p, x, 2, 8);
}

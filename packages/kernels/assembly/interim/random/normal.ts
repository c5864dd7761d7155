import { logNormal } from '../math/log';
import { splat } from '../math/splat';
import { philox, word0, word1, word2, word3 } from './philox';

/**
 * Standard normals 16 * block to 16 * block + 15 of a key's stream, into 64 bytes at `out`: Box & Muller 1958 on the words of
 * four counters. A radius has 31 random bits (so none is beyond 6.7) and an angle 32.
 */
export function normals16(out: usize, block: u32, key0: u32, key1: u32): void {
  philox(block << 2, key0, key1, 1);
  pair(out, word0, word1);
  pair(out + 32, word2, word3);
}

/** Four pairs: radius from one word, angle from the other; cosines first. */
// @ts-ignore: decorator
@inline
function pair(out: usize, radiusWord: v128, angleWord: v128): void {
  const half = f32x4.convert_i32x4_s(v128.or(i32x4.shr_u(radiusWord, 1), i32x4.splat(1)));
  const u = f32x4.mul(half, splat(4.6566128730773926e-10));
  const radius = f32x4.sqrt(f32x4.pmax(splat(0), f32x4.mul(splat(-2), logNormal(u))));

  const x = f32x4.mul(f32x4.convert_i32x4_s(i32x4.shr_s(angleWord, 1)), splat(1.4629180792671596e-9)); // pi 2^-31
  const z = f32x4.mul(x, x);
  let s = splat(-2.5052108e-8);
  s = f32x4.add(f32x4.mul(s, z), splat(2.7557319e-6));
  s = f32x4.add(f32x4.mul(s, z), splat(-1.9841270e-4));
  s = f32x4.add(f32x4.mul(s, z), splat(8.3333333e-3));
  s = f32x4.add(f32x4.mul(s, z), splat(-1.6666667e-1));
  const sine = f32x4.add(f32x4.mul(f32x4.mul(s, z), x), x);
  let c = splat(2.0876757e-9);
  c = f32x4.add(f32x4.mul(c, z), splat(-2.7557319e-7));
  c = f32x4.add(f32x4.mul(c, z), splat(2.4801587e-5));
  c = f32x4.add(f32x4.mul(c, z), splat(-1.3888889e-3));
  c = f32x4.add(f32x4.mul(c, z), splat(4.1666667e-2));
  c = f32x4.add(f32x4.mul(c, z), splat(-0.5));
  const cosine = f32x4.add(f32x4.mul(c, z), splat(1));
  const sign = i32x4.shl(angleWord, 31);
  v128.store(out, f32x4.mul(radius, v128.xor(cosine, sign)));
  v128.store(out, f32x4.mul(radius, sine), 16);
}

// Philox4x32 (Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3"), four counters at a time, one a lane.
const ROUNDS: i32 = 7;

/** The four output words of the last {@link philox} call, one counter a lane. */
export let word0: v128 = i32x4.splat(0);
export let word1: v128 = i32x4.splat(0);
export let word2: v128 = i32x4.splat(0);
export let word3: v128 = i32x4.splat(0);

/** Words of the counters (first + lane, 0, 0, 0). */
// @ts-ignore: decorator
@inline
export function philox(first: u32, key0: u32, key1: u32, domain: u32): void {
  const m0 = i32x4.splat(0xd2511f53), m1 = i32x4.splat(0xcd9e8d57);
  let c0 = i32x4.add(i32x4.splat(first), i32x4(0, 1, 2, 3));
  let c1 = i32x4.splat(0), c2 = i32x4.splat(domain), c3 = i32x4.splat(0);
  let k0 = i32x4.splat(key0), k1 = i32x4.splat(key1);
  for (let round = 0; round < ROUNDS; round++) {
    const l0 = i64x2.extmul_low_i32x4_u(c0, m0), h0 = i64x2.extmul_high_i32x4_u(c0, m0);
    const l1 = i64x2.extmul_low_i32x4_u(c2, m1), h1 = i64x2.extmul_high_i32x4_u(c2, m1);
    c0 = v128.xor(v128.xor(odd(l1, h1), c1), k0);
    c1 = even(l1, h1);
    c2 = v128.xor(v128.xor(odd(l0, h0), c3), k1);
    c3 = even(l0, h0);
    k0 = i32x4.add(k0, i32x4.splat(0x9e3779b9));
    k1 = i32x4.add(k1, i32x4.splat(0xbb67ae85));
  }
  word0 = c0;
  word1 = c1;
  word2 = c2;
  word3 = c3;
}

/** The low halves of four products. */
// @ts-ignore: decorator
@inline
function even(low: v128, high: v128): v128 {
  return v128.shuffle<i32>(low, high, 0, 2, 4, 6);
}

/** The high halves of four products. */
// @ts-ignore: decorator
@inline
function odd(low: v128, high: v128): v128 {
  return v128.shuffle<i32>(low, high, 1, 3, 5, 7);
}

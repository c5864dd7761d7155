/**
 * Philox4x32-7 on four lanes (Salmon et al. 2011; src/random/philox.ts is the same in scalar TypeScript). Four lanes take
 * four consecutive counters, so a group of 16 words needs no transposition: see src/random/stream.ts.
 */
const M0: u32 = 0xd2511f53;
const M1: u32 = 0xcd9e8d57;
const W0: u32 = 0x9e3779b9;
const W1: u32 = 0xbb67ae85;

/** Groups [first, first + groups) of 16 words of the key's stream. */
export function philoxGroups(to: usize, key0: u32, key1: u32, domain: u32, first: u32, groups: u32): void {
  // Three of the four counter words are the same in every lane and every group: what follows from them alone in the first
  // two rounds is scalar.
  const p = <u64>domain * M1;
  const x0 = <u32>(p >> 32) ^ key0;
  const q = <u64>x0 * M0;
  const k10 = i32x4.splat(key1);
  const k01 = i32x4.splat(<u32>p ^ (key0 + W0));
  const k11 = i32x4.splat(<u32>(q >> 32) ^ (key1 + W1));
  const k02 = i32x4.splat(key0 + 2 * W0), k12 = i32x4.splat(<u32>q ^ (key1 + 2 * W1));
  const k03 = i32x4.splat(key0 + 3 * W0), k13 = i32x4.splat(key1 + 3 * W1);
  const k04 = i32x4.splat(key0 + 4 * W0), k14 = i32x4.splat(key1 + 4 * W1);
  const k05 = i32x4.splat(key0 + 5 * W0), k15 = i32x4.splat(key1 + 5 * W1);
  const k06 = i32x4.splat(key0 + 6 * W0), k16 = i32x4.splat(key1 + 6 * W1);
  let counter = i32x4.add(i32x4.splat(first << 2), i32x4(0, 1, 2, 3));
  for (const end = to + <usize>groups * 64; to != end; to += 64) {
    const a = low(M0, counter), b = high(M0, counter);
    let c2 = v128.xor(evens(a, b, 1), k10);
    const l0 = low(M1, c2), h0 = high(M1, c2);
    let c0 = v128.xor(evens(l0, h0, 1), k01);
    let c1 = evens(l0, h0, 0);
    c2 = v128.xor(evens(a, b, 0), k11);
    // Round 3: the fourth word is in k12.
    const a3 = low(M0, c0), b3 = high(M0, c0), l3 = low(M1, c2), h3 = high(M1, c2);
    c0 = v128.xor(v128.xor(evens(l3, h3, 1), c1), k02);
    c1 = evens(l3, h3, 0);
    c2 = v128.xor(evens(a3, b3, 1), k12);
    let c3 = evens(a3, b3, 0);

    const a4 = low(M0, c0), b4 = high(M0, c0), l4 = low(M1, c2), h4 = high(M1, c2);
    c0 = v128.xor(v128.xor(evens(l4, h4, 1), c1), k03);
    c1 = evens(l4, h4, 0);
    c2 = v128.xor(v128.xor(evens(a4, b4, 1), c3), k13);
    c3 = evens(a4, b4, 0);

    const a5 = low(M0, c0), b5 = high(M0, c0), l5 = low(M1, c2), h5 = high(M1, c2);
    c0 = v128.xor(v128.xor(evens(l5, h5, 1), c1), k04);
    c1 = evens(l5, h5, 0);
    c2 = v128.xor(v128.xor(evens(a5, b5, 1), c3), k14);
    c3 = evens(a5, b5, 0);

    const a6 = low(M0, c0), b6 = high(M0, c0), l6 = low(M1, c2), h6 = high(M1, c2);
    c0 = v128.xor(v128.xor(evens(l6, h6, 1), c1), k05);
    c1 = evens(l6, h6, 0);
    c2 = v128.xor(v128.xor(evens(a6, b6, 1), c3), k15);
    c3 = evens(a6, b6, 0);

    const a7 = low(M0, c0), b7 = high(M0, c0), l7 = low(M1, c2), h7 = high(M1, c2);
    v128.store(to, v128.xor(v128.xor(evens(l7, h7, 1), c1), k06));
    v128.store(to, evens(l7, h7, 0), 16);
    v128.store(to, v128.xor(v128.xor(evens(a7, b7, 1), c3), k16), 32);
    v128.store(to, evens(a7, b7, 0), 48);
    counter = i32x4.add(counter, i32x4.splat(4));
  }
}

// @ts-ignore: decorator
@inline
function low(m: u32, x: v128): v128 {
  return i64x2.extmul_low_i32x4_u(x, i32x4.splat(m));
}

// @ts-ignore: decorator
@inline
function high(m: u32, x: v128): v128 {
  return i64x2.extmul_high_i32x4_u(x, i32x4.splat(m));
}

// @ts-ignore: decorator
@inline
function evens(a: v128, b: v128, odd: i32): v128 {
  return odd ? v128.shuffle<i32>(a, b, 1, 3, 5, 7) : v128.shuffle<i32>(a, b, 0, 2, 4, 6);
}

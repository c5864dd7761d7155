import { store3, slot } from '../workspace';

/** out[i] = sin x[i], which is NaN at infinities. The error is at most 0.51 ulp. `out` may be `x`. */
export function sin(out: usize, x: usize, n: i32): void {
  wave(out, x, n, 0);
}

/** out[i] = cos x[i], which is NaN at infinities. The error is at most 0.51 ulp. `out` may be `x`. */
export function cos(out: usize, x: usize, n: i32): void {
  wave(out, x, n, 1);
}

/** Below this, the number of quarter turns has at most 19 bits, so its product with the 33 bits of QUARTER_HIGH is exact. */
const FAR: f32 = 524288;

// Double precision is needed: a float32 can be within 2^-29 of a multiple of pi / 2, and its sine there needs 24 more bits.
const TURNS: f64 = 0.6366197723675814;
const QUARTER_HIGH: f64 = 1.570796326734125614166;
const QUARTER_LOW: f64 = 6.077100506506192602e-11;
/** Adding this rounds to an integer in the lowest bits. */
const MAGIC: f64 = 6755399441055744;

/** out[i] = sin(x[i] + ahead quarter turns) */
function wave(out: usize, x: usize, n: i32, ahead: i32): void {
  const far = f32x4.splat(FAR);
  for (const end = x + (<usize>(n & ~3) << 2); x != end; x += 16, out += 16) {
    const y = v128.load(x);
    if (!i32x4.all_true(f32x4.lt(f32x4.abs(y), far))) {
      far4(out, y, ahead);
      continue;
    }
    const low = near(f64x2.promote_low_f32x4(y), ahead);
    const high = near(f64x2.promote_low_f32x4(i32x4.shuffle(y, y, 2, 3, 2, 3)), ahead);
    v128.store(out, i32x4.shuffle(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 1, 4, 5));
  }
  const rest = n & 3;
  if (rest) {
    wave(slot(0), x, 4, ahead);
    store3(out, slot(0), rest);
  }
}

// @ts-ignore: decorator
@inline
function near(y: v128, ahead: i32): v128 {
  const count = f64x2.add(f64x2.mul(y, f64x2.splat(TURNS)), f64x2.splat(MAGIC));
  const turns = f64x2.sub(count, f64x2.splat(MAGIC));
  const r = f64x2.sub(
    f64x2.sub(y, f64x2.mul(turns, f64x2.splat(QUARTER_HIGH))),
    f64x2.mul(turns, f64x2.splat(QUARTER_LOW)),
  );
  return quarter(r, i64x2.add(count, i64x2.splat(ahead)));
}

/** sin(r + count quarter turns) for |r| <= pi / 4, by Taylor series. The first omitted terms are below 2^-33. */
// @ts-ignore: decorator
@inline
function quarter(r: v128, count: v128): v128 {
  const z = f64x2.mul(r, r), zz = f64x2.mul(z, z), one = f64x2.splat(1);
  const sin = f64x2.mul(r, f64x2.add(one, f64x2.mul(z, series(z, zz, -1 / 6, 1 / 120, -1 / 5040, 1 / 362880, -1 / 39916800))));
  const cos = f64x2.add(one, f64x2.mul(z, series(z, zz, -1 / 2, 1 / 24, -1 / 720, 1 / 40320, -1 / 3628800)));
  const odd = i64x2.shr_s(i64x2.shl(count, 63), 63), sign = i64x2.shl(i64x2.shr_u(count, 1), 63);
  return v128.xor(v128.bitselect(cos, sin, odd), sign);
}

// @ts-ignore: decorator
@inline
function series(z: v128, zz: v128, a: f64, b: f64, c: f64, d: f64, e: f64): v128 {
  const low = f64x2.add(f64x2.splat(a), f64x2.mul(z, f64x2.splat(b)));
  const high = f64x2.add(f64x2.splat(c), f64x2.mul(z, f64x2.splat(d)));
  return f64x2.add(low, f64x2.mul(zz, f64x2.add(high, f64x2.mul(zz, f64x2.splat(e)))));
}

/** For four numbers, if one of them is above FAR, infinite or NaN. */
function far4(out: usize, y: v128, ahead: i32): void {
  const y0 = f32x4.extract_lane(y, 0), y1 = f32x4.extract_lane(y, 1);
  const y2 = f32x4.extract_lane(y, 2), y3 = f32x4.extract_lane(y, 3);
  store<f32>(out, one(y0, ahead));
  store<f32>(out, one(y1, ahead), 4);
  store<f32>(out, one(y2, ahead), 8);
  store<f32>(out, one(y3, ahead), 12);
}

function one(x: f32, ahead: i32): f32 {
  const size = abs(x);
  if (size < FAR) return <f32>f64x2.extract_lane(near(f64x2.splat(x), ahead), 0);
  if (!(size < Infinity)) return NaN;
  /*
   * x = m 2^e. Four quarter turns are a whole turn, so the number of quarter turns is needed modulo 4 only, and the bits of 2^e 2/pi above
   * the twos can be dropped. m times 128 of the other bits, modulo 4, has 62 + 64 bits after the binary point (Payne & Hanek 1983).
   */
  const bits = reinterpret<i32>(size), e = (bits >> 23) - 150;
  const m = <u64>((bits & 0x7fffff) | 0x800000), first = 62 + e;
  const high = twoOverPi(first), low = twoOverPi(first + 64);
  const t0 = m * (low & 0xffffffff), t1 = m * (low >> 32) + (t0 >> 32);
  const quarters = m * high + (t1 >> 32), beyond = (t1 << 32) | (t0 & 0xffffffff);
  const count = (quarters + (1 << 61)) >> 62;
  const fraction = <f64>(<i64>(quarters - (count << 62))) * 2 ** -62 + <f64>beyond * 2 ** -126;
  const r = f64x2.splat(fraction * (QUARTER_HIGH + QUARTER_LOW));
  // sin(-x) = -sin x, cos(-x) = cos x
  const value = <f32>f64x2.extract_lane(quarter(r, i64x2.splat(count + ahead)), 0);
  return x < 0 && !ahead ? -value : value;
}

/** 64 bits of 2 / pi from position `first` on. Positions 0 to 63 are before the binary point, so they are zero. */
function twoOverPi(first: i32): u64 {
  const i = first >> 6, shift = first & 63;
  const word = twoOverPiWord(i) << shift;
  return shift ? word | (twoOverPiWord(i + 1) >> (64 - shift)) : word;
}

function twoOverPiWord(i: i32): u64 {
  switch (i) {
    case 1: return 0xa2f9836e4e441529;
    case 2: return 0xfc2757d1f534ddc0;
    case 3: return 0xdb6295993c439041;
    case 4: return 0xfe5163abdebbc561;
    default: return 0;
  }
}

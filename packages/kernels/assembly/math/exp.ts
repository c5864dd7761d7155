import { madd } from '../simd';
import { pin, pinned, slot, store3 } from '../workspace';

/*
 * e^x = 2^n e^r with n the integer nearest to x / ln 2 and |r| <= ln(2) / 2. Adding MAGIC rounds x / ln 2 to an integer that then
 * sits in the lowest bits, with a bias that makes it the exponent of 2^(n + 64) when shifted; the last product takes the 64 off
 * again, rounding what is denormal once.
 */
const MAGIC: f32 = 12582912 + 127 + 64;
const LOG2E: f32 = 1.4426950408889634;
// ln 2 in two parts: an exponent times the first is exact (Cody & Waite 1980).
const LN2_HIGH: f32 = 0.693359375;
const LN2_LOW: f32 = -2.12194440e-4;
/** e^x rounds to 0 below. */
const LOWEST: f32 = -104;
/** e^x is infinite above. */
const HIGHEST: f32 = 89;

/** The functions below differ in what they take e to the power of. The types stand for: x, -|x| and a - b x^2. */
type Plain = u8;
type MinusAbs = u16;
type Parabola = u32;

/** out[i] = e^x[i]. 1 ulp; denormal results included. `out` may be `x`. */
export function exp(out: usize, x: usize, n: i32): void {
  expOf<Plain>(out, x, n, 0, 0);
}

/** out[i] = e^-|x[i]|; 0 for infinities. */
export function expMinusAbs(out: usize, x: usize, n: i32): void {
  expOf<MinusAbs>(out, x, n, 0, 0);
}

/** out[i] = e^max(a - b x[i]^2, -86) for a <= 44, b >= 0: never denormal, for denormal arithmetic is slow. */
export function expParabola(out: usize, x: usize, n: i32, a: f32, b: f32): void {
  expOf<Parabola>(out, x, n, a, b);
}

function expOf<Argument>(out: usize, x: usize, n: i32, a: f32, b: f32): void {
  const log2e = pinned(0, LOG2E), magic = pinned(1, MAGIC), high = pinned(2, LN2_HIGH), low = pinned(3, LN2_LOW);
  // Fitted to (e^r - 1 - r) / r^2 for least relative error of e^r, coefficients float32: 0.05 * 2^-24.
  const c0 = pinned(4, 0.4999999403953552), c1 = pinned(5, 0.1666652113199234), c2 = pinned(6, 0.04166826233267784);
  const c3 = pinned(7, 0.008368674665689468), c4 = pinned(8, 0.0013821055181324482);
  const one = pinned(9, 1), unscale = pinned(10, 2 ** -64);
  const lowest = pinned(11, sizeof<Argument>() == sizeof<Parabola>() ? -86 : LOWEST);
  const sign = pin(12, i32x4.splat(0x80000000)), va = pinned(13, a), vb = pinned(14, b);
  const vectors = n & ~3;
  for (const end = x + (<usize>vectors << 2); x != end; x += 16, out += 16) {
    let y = v128.load(x);
    if (sizeof<Argument>() == sizeof<Parabola>()) y = f32x4.sub(va, f32x4.mul(vb, f32x4.mul(y, y)));
    if (sizeof<Argument>() == sizeof<MinusAbs>()) y = v128.or(y, sign);
    if (sizeof<Argument>() == sizeof<Plain>()) y = f32x4.pmin(y, f32x4.splat(HIGHEST));
    y = f32x4.pmax(y, lowest);
    const biased = madd(y, log2e, magic);
    const m = f32x4.sub(biased, magic);
    const r = f32x4.sub(f32x4.sub(y, f32x4.mul(m, high)), f32x4.mul(m, low));
    let p = madd(madd(madd(madd(r, c4, c3), r, c2), r, c1), r, c0);
    p = f32x4.add(madd(p, f32x4.mul(r, r), r), one);
    if (sizeof<Argument>() == sizeof<Plain>()) {
      // 2^(n + 64) 2^-64 for negative x, 2^(n - 64) 2^64 for others, whose exponent has no room for 64 more.
      const excess = v128.andnot(i32x4.splat(128 << 23), i32x4.shr_s(y, 31));
      p = f32x4.mul(p, i32x4.sub(i32x4.shl(biased, 23), excess));
      p = f32x4.mul(p, i32x4.add(unscale, excess));
    } else p = f32x4.mul(f32x4.mul(p, i32x4.shl(biased, 23)), unscale);
    v128.store(out, p);
  }
  const rest = n & 3;
  if (rest) {
    expOf<Argument>(slot(0), x, 4, a, b);
    store3(out, slot(0), rest);
  }
}

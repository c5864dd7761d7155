// Math.SQRT2 is a constant, not a function: the standard fixes its bits.
const { SQRT2 } = Math;

/** ln 2 in two parts; the first has 21 trailing zero bits, so an exponent times it is exact. */
const LN2_HIGH = 0.69314718036912382;
const LN2_LOW = 1.9082149292705877e-10;

const value = new Float64Array(1);
const words = new Uint32Array(value.buffer);
/** The word with sign and exponent. */
const HIGH = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1 ? 1 : 0;

/**
 * The natural logarithm by arithmetic alone. Unlike Math.log, it has the same bits on every engine. For positive doubles the error is below 1
 * unit in the last place. log(0) is -Infinity; the log of a negative number is NaN.
 *
 * x = 2^k m with m in [sqrt(1/2), sqrt(2)), f = m - 1, s = f / (2 + f), log m = 2 artanh s, computed as f - (f^2/2 - s (f^2/2 + R)), as in
 * fdlibm's e_log.c, because f is exact and has the leading digits.
 *
 * @param x any number
 */
export function log(x: number): number {
  if (!(x > 0)) return x === 0 ? -Infinity : NaN;
  if (x === Infinity) return x;
  const denormal = x < 2 ** -1022;
  value[0] = denormal ? x * 2 ** 54 : x;
  let k = (words[HIGH]! >>> 20) - (denormal ? 1023 + 54 : 1023);
  words[HIGH] = (words[HIGH]! & 0x000fffff) | 0x3ff00000;
  let m = value[0];
  if (m >= SQRT2) {
    m /= 2;
    k++;
  }
  const f = m - 1;
  const s = f / (2 + f);
  const half = 0.5 * f * f;
  return k * LN2_HIGH - (half - (s * (half + artanhTail(s * s)) + k * LN2_LOW) - f);
}

/** The series of 2 artanh(s) / s beyond its first term, 2, with z = s^2: the ten terms that count for s below 0.172. */
function artanhTail(z: number): number {
  const high = 2 / 13 + z * (2 / 15 + z * (2 / 17 + z * (2 / 19 + z * (2 / 21))));
  return z * (2 / 3 + z * (2 / 5 + z * (2 / 7 + z * (2 / 9 + z * (2 / 11 + z * high)))));
}

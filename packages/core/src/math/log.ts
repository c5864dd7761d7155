// Properties of Math that are constants, not functions: the standard fixes their bits.
const { LN2, SQRT2 } = Math;

const value = new Float64Array(1);
const words = new Uint32Array(value.buffer);
/** The word with sign and exponent. */
const HIGH = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1 ? 1 : 0;

/**
 * The natural logarithm by arithmetic alone: the same bits on every engine, unlike Math.log. Within 2 units in the last
 * place over the positive doubles; log(0) is -Infinity, negative numbers give NaN.
 */
export function log(x: number): number {
  if (!(x > 0)) return x === 0 ? -Infinity : NaN;
  if (x === Infinity) return x;
  if (x < 2.2250738585072014e-308) return log(x * 2 ** 54) - 54 * LN2;
  // x = 2^exponent m with m in [sqrt(1/2), sqrt(2)).
  value[0] = x;
  let exponent = (words[HIGH]! >>> 20) - 1023;
  words[HIGH] = (words[HIGH]! & 0x000fffff) | 0x3ff00000;
  let m = value[0];
  if (m >= SQRT2) {
    m /= 2;
    exponent++;
  }
  // log m = 2 artanh t, t = (m - 1) / (m + 1), below 0.172: the series is exact to the last bits with eleven terms.
  const t = (m - 1) / (m + 1);
  const square = t * t;
  let sum = 0;
  for (let k = 21; k >= 1; k -= 2) sum = sum * square + 1 / k;
  return exponent * LN2 + 2 * t * sum;
}

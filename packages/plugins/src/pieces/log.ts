const LN2 = 0.6931471805599453;
const SQRT_HALF = 0.7071067811865476;

/**
 * The natural logarithm by arithmetic alone: the same bits on every engine, unlike Math.log. Within 2 units in the last
 * place over the positive doubles; log(0) is -Infinity, negative numbers give NaN.
 */
export function log(x: number): number {
  if (!(x > 0)) return x === 0 ? -Infinity : NaN;
  if (x === Infinity) return x;
  let exponent = 0;
  let mantissa = x;
  for (; mantissa >= 2 * SQRT_HALF; mantissa /= 2) exponent++;
  for (; mantissa < SQRT_HALF; mantissa *= 2) exponent--;
  // log m = 2 artanh((m - 1) / (m + 1)), the argument below 0.172.
  const t = (mantissa - 1) / (mantissa + 1);
  const square = t * t;
  let sum = 0;
  for (let k = 21; k >= 1; k -= 2) sum = sum * square + 1 / k;
  return exponent * LN2 + 2 * t * sum;
}

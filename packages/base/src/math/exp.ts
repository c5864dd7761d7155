const { LN2, LOG2E } = Math;
/** ln 2 in two parts: k * LN2_HIGH is exact for every exponent k of a double. */
const LN2_HIGH = 0.69314718036912381649;
const LN2_LOW = 1.90821492927058770002e-10;

/**
 * e^x by arithmetic alone: the same bits on every engine, unlike Math.exp. Within 2 units in the last place where the
 * result is a normal double; 0 and Infinity beyond its range.
 */
export function exp(x: number): number {
  if (Number.isNaN(x)) return NaN;
  if (x > 1024 * LN2) return Infinity;
  if (x < -1076 * LN2) return 0;
  const k = Math.round(x * LOG2E);
  const r = x - k * LN2_HIGH - k * LN2_LOW;
  // Taylor series on |r| <= ln(2) / 2, smallest terms first.
  let sum = 1;
  for (let n = 17; n >= 1; n--) sum = 1 + (r / n) * sum;
  return scale(sum, k);
}

/** x 2^k in two exact steps, since 2^k alone may leave the range of doubles. */
function scale(x: number, k: number): number {
  const half = Math.trunc(k / 2);
  return x * powerOfTwo(half) * powerOfTwo(k - half);
}

/** 2^k for every k that half of an exponent can be, made by exact products. */
const POWERS = powersOfTwo(540);

function powerOfTwo(k: number): number {
  return POWERS[k + 540]!;
}

function powersOfTwo(most: number): Float64Array {
  const powers = new Float64Array(2 * most + 1).fill(1);
  for (let k = 1; k <= most; k++) {
    powers[most + k] = powers[most + k - 1]! * 2;
    powers[most - k] = powers[most - k + 1]! / 2;
  }
  return powers;
}

const { LN2, LOG2E } = Math;
/** ln 2 in two parts: k * LN2_HIGH is exact for every exponent k of a double. */
const LN2_HIGH = 0.69314718036912381649;
const LN2_LOW = 1.90821492927058770002e-10;

/**
 * e^x by arithmetic alone: the same bits on every engine, unlike Math.exp. Within 2 units in the last place where the
 * result is a normal double; 0 and Infinity beyond its range.
 * @param x exponent; any number
 */
export function exp(x: number): number {
  if (!(x <= 1024 * LN2)) return Number.isNaN(x) ? NaN : Infinity;
  if (x < -1076 * LN2) return 0;
  const k = Math.round(x * LOG2E);
  return scale(series(x - k * LN2_HIGH - k * LN2_LOW), k);
}

/**
 * Taylor series of e^r on |r| <= ln(2) / 2, smallest terms first. Written out, since a trial takes some ten million of them; a division
 * by a power of two is the product with its inverse, to the bit.
 */
function series(r: number): number {
  const end = 1 + r * 0.0625 * (1 + r / 17);
  const tail = 1 + (r / 12) * (1 + (r / 13) * (1 + (r / 14) * (1 + (r / 15) * end)));
  const middle = 1 + r * 0.125 * (1 + (r / 9) * (1 + (r / 10) * (1 + (r / 11) * tail)));
  const head = 1 + r * 0.25 * (1 + (r / 5) * (1 + (r / 6) * (1 + (r / 7) * middle)));
  return 1 + r * (1 + r * 0.5 * (1 + (r / 3) * head));
}

/** The smallest and the largest exponent of normal doubles. */
const [LEAST, MOST] = [-1022, 1023];

/** x 2^k, in two exact steps where 2^k alone leaves the range of doubles. */
function scale(x: number, k: number): number {
  if (k >= LEAST && k <= MOST) return x * powerOfTwo(k);
  const half = Math.trunc(k / 2);
  return x * powerOfTwo(half) * powerOfTwo(k - half);
}

/** 2^k for every normal double, made by exact products. */
const POWERS = powersOfTwo();

function powerOfTwo(k: number): number {
  return POWERS[k - LEAST]!;
}

function powersOfTwo(): Float64Array {
  const powers = new Float64Array(MOST - LEAST + 1).fill(1);
  for (let k = 1; k <= MOST; k++) powers[k - LEAST] = powers[k - 1 - LEAST]! * 2;
  for (let k = -1; k >= LEAST; k--) powers[k - LEAST] = powers[k + 1 - LEAST]! / 2;
  return powers;
}

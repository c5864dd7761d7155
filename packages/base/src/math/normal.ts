import { exp } from './exp.js';

/** 1 / sqrt(2 pi). */
const INVERSE_SQRT_2PI = 0.3989422804014327;
/** 1 / sqrt(pi). */
const INVERSE_SQRT_PI = 0.5641895835477563;

/**
 * The density of N(0, 1).
 * @param z any number
 */
export function normalDensity(z: number): number {
  return INVERSE_SQRT_2PI * exp(-0.5 * z * z);
}

/**
 * P(Z <= z) of a standard normal number, within 1e-13 of its size, in both tails.
 * @param z any number
 */
export function normalCdf(z: number): number {
  return 0.5 * erfc(-z * Math.SQRT1_2);
}

/**
 * 1 - erf(x), by the rational approximations of Cody 1969: arithmetic and our own exp, so the same bits on every engine.
 * @param x any number
 */
export function erfc(x: number): number {
  const y = Math.abs(x);
  if (y <= 0.46875) return 1 - x * ratio(y * y, SMALL);
  const tail = y <= 4 ? exp(-y * y) * ratio(y, MIDDLE) : farTail(y);
  return x < 0 ? 2 - tail : tail;
}

function farTail(y: number): number {
  const inverse = 1 / (y * y);
  return (exp(-y * y) / y) * (INVERSE_SQRT_PI - inverse * ratio(inverse, LARGE));
}

/** Numerator and denominator, highest power first. */
type Rational = readonly [readonly number[], readonly number[]];

function ratio(x: number, [numerator, denominator]: Rational): number {
  return polynomial(x, numerator) / polynomial(x, denominator);
}

function polynomial(x: number, coefficients: readonly number[]): number {
  return coefficients.reduce((sum, c) => sum * x + c, 0);
}

const SMALL: Rational = [
  [0.18577770618460315, 3.1611237438705655, 113.86415415105016, 377.485237685302, 3209.3775891384694],
  [1, 23.601290952344122, 244.02463793444417, 1282.6165260773723, 2844.236833439171],
];
const MIDDLE: Rational = [
  [
    2.1531153547440383e-8, 0.5641884969886701, 8.883149794388377, 66.11919063714163, 298.6351381974001,
    881.952221241769, 1712.0476126340707, 2051.0783778260716, 1230.3393547979972,
  ],
  [
    1, 15.744926110709835, 117.6939508913125, 537.1811018620099, 1621.3895745666903, 3290.7992357334597,
    4362.619090143247, 3439.3676741437216, 1230.3393548037495,
  ],
];
const LARGE: Rational = [
  [
    0.016315387137302097, 0.30532663496123236, 0.36034489994980445, 0.12578172611122926, 0.016083785148742275,
    0.0006587491615298378,
  ],
  [1, 2.568520192289822, 1.8729528499234604, 0.5279051029514285, 0.06051834131244132, 0.0023352049762686918],
];

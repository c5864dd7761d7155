/** 2 pi. */
const TURN = 6.283185307179586;
const TERMS = 12;

/** sin(2 pi t) by arithmetic alone. Unlike the sine of an engine it has the same bits on every engine. Within 1e-15 if t is not huge. */
export function sineOfTurns(t: number): number {
  // Subtracts the nearest whole turn, which is exact. Then sin(pi - x) = sin(x) brings x to within a quarter turn.
  let turn = t - Math.round(t);
  if (turn > 0.25) turn = 0.5 - turn;
  else if (turn < -0.25) turn = -0.5 - turn;
  const x = TURN * turn;
  // Taylor series, smallest terms first.
  let sum = 1;
  for (let n = TERMS; n >= 1; n--) sum = 1 - ((x * x) / (2 * n * (2 * n + 1))) * sum;
  return x * sum;
}

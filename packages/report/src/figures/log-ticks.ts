/**
 * Ticks of logarithmic axes, for figures and pages alike. This module loads nothing else.
 *
 * @packageDocumentation
 */

/** Leading digits of ticks, from few to many. */
const DIGITS = [[1], [1, 3], [1, 2, 5]];
const MANY = 6;

/**
 * Ticks of a logarithmic axis, at least three if it has any width: powers of ten and simple multiples of them. If the axis is
 * too short for these, they are evenly spaced round numbers. D3 selects numbers by their leading digit, which on an
 * axis from 64 to 95 leaves none.
 */
export function logTicks(low: number, high: number): number[] {
  const powers = powersOfTen(low, high);
  const candidates = DIGITS.map((digits) =>
    powers
      .flatMap((power) => digits.map((digit) => exact(digit * power)))
      .filter((tick) => tick >= low && tick <= high),
  );
  const first = (count: number) => candidates.find(({ length }) => length >= count);
  return first(4) ?? first(3) ?? evenTicks(low, high);
}

function powersOfTen(low: number, high: number): number[] {
  const first = Math.floor(Math.log10(low));
  return Array.from({ length: Math.floor(Math.log10(high)) - first + 1 }, (_, i) => exact(10 ** (first + i)));
}

/** Ticks with the smallest step of 1, 2 or 5 times a power of ten that gives no more than {@link MANY}. */
function evenTicks(low: number, high: number): number[] {
  if (low === high) return [low];
  const power = 10 ** Math.floor(Math.log10((high - low) / MANY));
  const inside = (step: number): number[] => {
    const first = Math.ceil(low / step);
    return Array.from({ length: Math.max(0, Math.floor(high / step) - first + 1) }, (_, i) =>
      exact((first + i) * step),
    );
  };
  return [1, 2, 5, 10, 20].map((factor) => inside(factor * power)).find(({ length }) => length <= MANY) ?? [];
}

/** Removes the rounding error of products of binary fractions. */
function exact(value: number): number {
  return Number(value.toPrecision(12));
}

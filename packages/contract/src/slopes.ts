import assert from 'node:assert/strict';
import type { Operand, Ops } from '@bbb/kernels';
import { assertSame } from './assert-same.js';

const H = 1e-5;
/** Most elements of one operand that are checked. If it has more, they are evenly spaced. */
const MOST = 40;

/**
 * Compares a gradient with central differences of `value`, element by element. Needs float64 ops; leaves `x` as it was.
 * @param gradient the claimed d value / d x, in the order of x
 */
export function assertSlopes(
  ops: Ops,
  x: Operand,
  gradient: ArrayLike<number>,
  value: () => number,
  name: string,
): void {
  const values = Float64Array.from(ops.read(x));
  assertSame(gradient.length, values.length, `${name} must have one element for each element of its operand`);
  const every = Math.ceil(values.length / MOST);
  for (let i = 0; i < values.length; i += every) {
    const start = values[i]!;
    const at = (shifted: number): number => {
      values[i] = shifted;
      ops.write(x, values);
      return value();
    };
    const slope = (at(start + H) - at(start - H)) / (2 * H);
    at(start);
    const error = Math.abs(gradient[i]! - slope);
    assert.ok(
      error <= 1e-6 * (1 + Math.abs(slope)),
      `${name}[${i}] must agree with finite differences, which give ${slope}, and it is ${gradient[i]}`,
    );
  }
}

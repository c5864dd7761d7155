import { BIAS, exp, LN2_HIGH, LN2_LOW, LOG2E, LOWEST, MAGIC } from '../math/exp';
import { log } from '../math/log';
import { madd } from '../simd';
import { pinned } from '../workspace';
import { divideRows, largest, largestOfRows, subtractFromRows, sumOfRows } from './rows';

/** How many numbers are processed at a time, in whole rows. They stay in the second-level cache between the passes. */
const CHUNK: i32 = 8192;

/** For rows of at least this width, one loop per row is faster. */
const WIDE: i32 = 24;
/** How many numbers are summed in single precision, in four lanes, before their sum is added in double precision. */
const SEGMENT: i32 = 512;

// Fitted to (e^r - 1 - r) / r^2 for least relative error of e^r: 1.8 * 2^-24. The polynomial of math/exp.ts has one more term.
const C0: f32 = 0.499992311000824;
const C1: f32 = 0.16667115688323975;
const C2: f32 = 0.041890330612659454;
const C3: f32 = 0.008312501013278961;

/** Floats of working memory for rows of n numbers. */
export function rowsWorkspace(n: i32): i32 {
  return rowsAtATime(n) * (n + 1);
}

function rowsAtATime(n: i32): i32 {
  return max(1, CHUNK / n);
}

/** out = softmax over rows. n >= 1. `out` must not be `x`. */
export function softmaxOfRows(out: usize, x: usize, rows: i32, n: i32, work: usize): void {
  if (n >= WIDE) return wideSoftmax(out, x, rows, n);
  const chunk = rowsAtATime(n), size = <usize>(chunk * n) << 2;
  for (let left = rows; left > 0; left -= chunk, x += size, out += size) {
    const count = min(chunk, left);
    largestOfRows(work, x, count, n);
    subtractFromRows(out, x, work, count, n);
    exp(out, out, count * n);
    sumOfRows(work, out, count, n);
    divideRows(out, work, count, n);
  }
}

/**
 * Softmax with e^(x - largest) as in math/exp.ts, but 2^64 times too large. This avoids denormal numbers without an extra multiplication, and
 * the factor cancels in the quotient. The last vector of a row overlaps the one before; `fresh` marks its lanes that are not in the overlap.
 */
function wideSoftmax(out: usize, x: usize, rows: i32, n: i32): void {
  const log2e = pinned(0, LOG2E), magic = pinned(1, MAGIC + BIAS + 64), high = pinned(2, LN2_HIGH), low = pinned(3, LN2_LOW);
  const lowest = pinned(4, LOWEST), one = pinned(5, 1);
  const c0 = pinned(6, C0), c1 = pinned(7, C1), c2 = pinned(8, C2), c3 = pinned(9, C3);
  const rest = n & 3, fresh = i32x4.gt_s(i32x4(0, 1, 2, 3), i32x4.splat(3 - rest));
  for (; rows > 0; rows--) {
    const top = f32x4.splat(largest(x, n)), row = out;
    let total: f64 = 0;
    for (let left = n; left > 0;) {
      const count = min(left, SEGMENT);
      let sum = f32x4.splat(0);
      for (const end = x + (<usize>(count & ~7) << 2); x != end; x += 32, out += 32) {
        const e = exponential(v128.load(x), top, lowest, log2e, magic, high, low, c0, c1, c2, c3, one);
        v128.store(out, e);
        const f = exponential(v128.load(x, 16), top, lowest, log2e, magic, high, low, c0, c1, c2, c3, one);
        v128.store(out, f, 16);
        sum = f32x4.add(sum, f32x4.add(e, f));
      }
      if (count & 4) {
        const e = exponential(v128.load(x), top, lowest, log2e, magic, high, low, c0, c1, c2, c3, one);
        v128.store(out, e);
        sum = f32x4.add(sum, e);
        x += 16;
        out += 16;
      }
      if (count & 3) {
        x += <usize>rest << 2;
        out += <usize>rest << 2;
        const e = exponential(v128.load(x - 16), top, lowest, log2e, magic, high, low, c0, c1, c2, c3, one);
        v128.store(out - 16, e);
        sum = f32x4.add(sum, v128.and(e, fresh));
      }
      const pairs = f64x2.add(f64x2.promote_low_f32x4(sum), f64x2.promote_low_f32x4(i32x4.shuffle(sum, sum, 2, 3, 2, 3)));
      total += f64x2.extract_lane(pairs, 0) + f64x2.extract_lane(pairs, 1);
      left -= count;
    }
    multiply(row, n, <f32>(1 / total));
  }
}

// @ts-ignore: decorator
@inline
function exponential(
  x: v128, top: v128, lowest: v128, log2e: v128, magic: v128, high: v128, low: v128,
  c0: v128, c1: v128, c2: v128, c3: v128, one: v128,
): v128 {
  const y = f32x4.pmax(f32x4.sub(x, top), lowest);
  const biased = madd(y, log2e, magic);
  const m = f32x4.sub(biased, magic);
  const r = f32x4.sub(f32x4.sub(y, f32x4.mul(m, high)), f32x4.mul(m, low));
  const square = f32x4.mul(r, r);
  const q = madd(square, madd(r, c3, c2), madd(r, c1, c0));
  return f32x4.mul(f32x4.add(madd(q, square, r), one), i32x4.shl(biased, 23));
}

function multiply(x: usize, n: i32, by: f32): void {
  const v = f32x4.splat(by);
  for (const end = x + (<usize>(n & ~15) << 2); x != end; x += 64) {
    v128.store(x, f32x4.mul(v128.load(x), v));
    v128.store(x, f32x4.mul(v128.load(x, 16), v), 16);
    v128.store(x, f32x4.mul(v128.load(x, 32), v), 32);
    v128.store(x, f32x4.mul(v128.load(x, 48), v), 48);
  }
  for (const end = x + (<usize>(n & 12) << 2); x != end; x += 16) v128.store(x, f32x4.mul(v128.load(x), v));
  for (const end = x + (<usize>(n & 3) << 2); x != end; x += 4) store<f32>(x, load<f32>(x) * by);
}

/** out = log softmax over rows. n >= 1. `out` must not be `x`. */
export function logSoftmaxOfRows(out: usize, x: usize, rows: i32, n: i32, work: usize): void {
  const chunk = rowsAtATime(n), size = <usize>(chunk * n) << 2, shifted = work + (<usize>chunk << 2);
  for (let left = rows; left > 0; left -= chunk, x += size, out += size) {
    const count = min(chunk, left);
    largestOfRows(work, x, count, n);
    subtractFromRows(shifted, x, work, count, n);
    exp(out, shifted, count * n);
    sumOfRows(work, out, count, n);
    log(work, work, count);
    subtractFromRows(out, shifted, work, count, n);
  }
}

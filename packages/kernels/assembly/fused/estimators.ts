import { softplus } from '../math/softplus';
import { drawsByVariance, normals } from '../random/normal';
import { madd } from '../simd';
import { BLOCK, buffer, pinned, restOf, slot, store3 } from '../workspace';

/*
 * Elementwise passes of the local reparameterisation and of Flipout. An output may be an input. Nothing is read after the end of an operand.
 */

export function subtract(out: usize, a: usize, b: usize, n: i32): void {
  for (const end = a + (<usize>(n & ~3) << 2); a != end; a += 16, b += 16, out += 16) {
    v128.store(out, f32x4.sub(v128.load(a), v128.load(b)));
  }
  for (const end = a + (<usize>(n & 3) << 2); a != end; a += 4, b += 4, out += 4) store<f32>(out, load<f32>(a) - load<f32>(b));
}

export function multiply(out: usize, a: usize, b: usize, n: i32): void {
  for (const end = a + (<usize>(n & ~3) << 2); a != end; a += 16, b += 16, out += 16) {
    v128.store(out, f32x4.mul(v128.load(a), v128.load(b)));
  }
  for (const end = a + (<usize>(n & 3) << 2); a != end; a += 4, b += 4, out += 4) store<f32>(out, load<f32>(a) * load<f32>(b));
}

/** out += scale a b */
export function addProduct(out: usize, a: usize, b: usize, n: i32, scale: f32): void {
  const s = pinned(0, scale);
  for (const end = a + (<usize>(n & ~3) << 2); a != end; a += 16, b += 16, out += 16) {
    v128.store(out, madd(f32x4.mul(s, v128.load(a)), v128.load(b), v128.load(out)));
  }
  const rest = n & 3;
  if (rest) {
    addProduct(restOf(0, out, rest), restOf(1, a, rest), restOf(2, b, rest), 4, scale);
    store3(out, slot(0), rest);
  }
}

/** out = softplus(rho)^2 */
export function variance(out: usize, rho: usize, n: i32): void {
  const rest = n & 3, whole = <usize>(n & ~3) << 2;
  varianceOfWhole(out, rho, n & ~3);
  if (rest) {
    varianceOfWhole(slot(0), restOf(1, rho + whole, rest), 4);
    store3(out + whole, slot(0), rest);
  }
}

/** n must be a multiple of 4, because softplus reads whole vectors. */
function varianceOfWhole(out: usize, rho: usize, n: i32): void {
  for (let first = 0; first < n; first += BLOCK) {
    const count = min(BLOCK, n - first), at = <usize>first << 2;
    softplus(out + at, rho + at, count);
    multiply(out + at, out + at, out + at, count);
  }
}

/** out = mean + sqrt(variance) epsilon; slope = epsilon / (2 sqrt(variance)) if `slope` is not 0. Where the variance is 0: mean and 0. */
export function sampleActivations(out: usize, mean: usize, variance: usize, slope: usize, n: i32, key0: u32, key1: u32): void {
  for (let first = 0; first < n; first += BLOCK) {
    const count = min(BLOCK, n - first), at = <usize>first << 2;
    if (!slope) {
      sampleBlock(out + at, mean + at, variance + at, count, first, key0, key1);
      continue;
    }
    normals(buffer(0), count, first, key0, key1);
    withSlope(out + at, mean + at, variance + at, slope + at, buffer(0), count);
  }
}

/** The draws of elements [first, first + count) of the stream; `count` is at most a block. */
export function sampleBlock(out: usize, mean: usize, variance: usize, count: i32, first: u32, key0: u32, key1: u32): void {
  if (!(count & 15)) return drawsByVariance(out, mean, variance, count >> 4, first, key0, key1, buffer(0));
  normals(buffer(0), count, first, key0, key1);
  withNoise(out, mean, variance, buffer(0), count);
}

function withNoise(out: usize, mean: usize, variance: usize, epsilon: usize, n: i32): void {
  const zero = pinned(0, 0);
  for (const end = mean + (<usize>(n & ~3) << 2); mean != end; mean += 16, variance += 16, epsilon += 16, out += 16) {
    const sigma = f32x4.sqrt(f32x4.pmax(v128.load(variance), zero));
    v128.store(out, madd(sigma, v128.load(epsilon), v128.load(mean)));
  }
  const rest = n & 3;
  if (rest) {
    withNoise(slot(0), restOf(1, mean, rest), restOf(2, variance, rest), epsilon, 4);
    store3(out, slot(0), rest);
  }
}

function withSlope(out: usize, mean: usize, variance: usize, slope: usize, epsilon: usize, n: i32): void {
  const zero = pinned(0, 0), half = pinned(1, 0.5);
  for (const end = mean + (<usize>(n & ~3) << 2); mean != end; mean += 16, variance += 16, epsilon += 16, out += 16, slope += 16) {
    const sigma = f32x4.sqrt(f32x4.pmax(v128.load(variance), zero)), e = v128.load(epsilon);
    v128.store(out, madd(sigma, e, v128.load(mean)));
    v128.store(slope, v128.andnot(f32x4.div(f32x4.mul(e, half), sigma), f32x4.eq(sigma, zero)));
  }
  const rest = n & 3;
  if (rest) {
    withSlope(slot(0), restOf(1, mean, rest), restOf(2, variance, rest), slot(3), epsilon, 4);
    store3(out, slot(0), rest);
    store3(slope, slot(3), rest);
  }
}

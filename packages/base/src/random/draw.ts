import { philox, type Key } from '@bbb/kernels/parts';
import { log } from '../math/log.js';

/**
 * An endless stream of uniform unsigned 32-bit integers.
 * @param key the stream: equal keys give equal integers
 */
export function* words(key: Key): Generator<number, never> {
  for (let block = 0; ; block++) yield* philox(key, [block >>> 0, Math.floor(block / 2 ** 32), 0, 0]);
}

/**
 * Uniform numbers in [low, high), 32 bits of resolution, rounded to float32, which may give `high` itself.
 * @param key says which random numbers: the same key gives the same ones
 * @param count how many
 * @param low the smallest number
 * @param high the bound that no number exceeds
 */
export function uniform(key: Key, count: number, low: number, high: number): Float32Array {
  const stream = words(key);
  return Float32Array.from({ length: count }, () => low + (high - low) * (stream.next().value / 2 ** 32));
}

/**
 * The numbers 0 to count - 1 in random order (Fisher-Yates; bounded draws by rejection, so no order is favoured).
 * @param key says which random numbers: the same key gives the same ones
 * @param count how many numbers there are, at least 0
 */
export function permutation(key: Key, count: number): Uint32Array {
  const stream = words(key);
  const order = Uint32Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    const j = below(stream, i + 1);
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}

function below(stream: Generator<number, never>, bound: number): number {
  const limit = 2 ** 32 - (2 ** 32 % bound);
  for (;;) {
    const word = stream.next().value;
    if (word < limit) return word % bound;
  }
}

/**
 * One uniform number in [0, 1), 53 bits of resolution.
 * @param key says which random numbers: the same key gives the same ones
 */
export function unitUniform(key: Key): number {
  const [high, low] = philox(key, [0, 0, 0, 0]);
  return (Math.floor(high / 2 ** 5) * 2 ** 26 + Math.floor(low / 2 ** 6)) / 2 ** 53;
}

/**
 * Standard normal numbers in double precision, by the polar method (Marsaglia & Bray 1964). For few draws, not for weights.
 * @param key says which random numbers: the same key gives the same ones
 * @param count how many
 */
export function normals(key: Key, count: number): number[] {
  const stream = words(key);
  const unit = (): number => (stream.next().value / 2 ** 32) * 2 - 1;
  const draws: number[] = [];
  while (draws.length < count) {
    const x = unit();
    const y = unit();
    const square = x * x + y * y;
    if (square === 0 || square >= 1) continue;
    const factor = Math.sqrt((-2 * log(square)) / square);
    draws.push(x * factor, y * factor);
  }
  return draws.slice(0, count);
}

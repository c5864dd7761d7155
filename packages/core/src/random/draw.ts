import { philox, type Key } from '@bbb/kernels';

/** An endless stream of uniform unsigned 32-bit integers. */
export function* words(key: Key): Generator<number, never> {
  for (let block = 0; ; block++) yield* philox(key, [block >>> 0, Math.floor(block / 2 ** 32), 0, 0]);
}

/** Uniform numbers in [low, high), 32 bits of resolution, rounded to float32. */
export function uniform(key: Key, count: number, low: number, high: number): Float32Array {
  const stream = words(key);
  return Float32Array.from({ length: count }, () => low + (high - low) * (stream.next().value / 2 ** 32));
}

/** The numbers 0 to count - 1 in random order (Fisher-Yates; bounded draws by rejection, so no order is favoured). */
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

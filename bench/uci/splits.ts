import type { DataPart, Dataset } from '@bbb/core';

/**
 * The splits of the published results: NumPy's seed 1, a permutation for each split, the first 90 % to train on. A tenth of 500 rows
 * is so few that results on other splits differ by more than the methods do.
 */
export function publishedSplits(dataset: Dataset, splits: number): Dataset[] {
  const { count } = dataset.train;
  const next = mersenneTwister(1);
  return Array.from({ length: splits }, () => {
    const order = shuffled(count, next);
    const end = Math.round((count * 9) / 10);
    return { ...dataset, train: pick(dataset, order.slice(0, end)), test: pick(dataset, order.slice(end)) };
  });
}

function pick({ train, inputShape }: Dataset, rows: readonly number[]): DataPart {
  const [width = 1] = inputShape;
  const features = rows.flatMap((row) => Array.from(train.features.subarray(row * width, (row + 1) * width)));
  return {
    features: Float32Array.from(features),
    targets: Float32Array.from(rows, (row) => train.targets[row]!),
    count: rows.length,
  };
}

/** `numpy.random.permutation` of RandomState: Fisher-Yates from the end; masked words above the bound are rejected. */
function shuffled(count: number, next: () => number): number[] {
  const order = Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    const mask = 0xffffffff >>> Math.clz32(i);
    let j = (next() & mask) >>> 0;
    while (j > i) j = (next() & mask) >>> 0;
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}

const N = 624;
const M = 397;

/** MT19937 (Matsumoto & Nishimura 1998), seeded by one word: the words that NumPy draws. */
function mersenneTwister(seed: number): () => number {
  const state = new Uint32Array(N);
  state[0] = seed;
  for (let i = 1; i < N; i++) {
    const previous = state[i - 1]! ^ (state[i - 1]! >>> 30);
    state[i] = Math.imul(1812433253, previous) + i;
  }
  let at = N;
  const twist = (): void => {
    for (let i = 0; i < N; i++) {
      const y = (state[i]! & 0x80000000) | (state[(i + 1) % N]! & 0x7fffffff);
      state[i] = state[(i + M) % N]! ^ (y >>> 1) ^ (y & 1 ? 0x9908b0df : 0);
    }
    at = 0;
  };
  return () => {
    if (at === N) twist();
    let y = state[at++]!;
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return (y ^ (y >>> 18)) >>> 0;
  };
}

import type { Key } from '../key.js';
import { philox } from './philox.js';

/**
 * The purpose of a stream: the third word of its counters. The same key gives unrelated words for two purposes. Purpose 0 is for direct
 * users of {@link philox}. They may also use the last word, which is 0 in a stream.
 */
export const Domain = { normal: 1, mask: 2, sign: 3, uniform: 4 } as const;

/**
 * The first `count` words of a key's stream, in the order of the SIMD kernels: element 16 b + 4 j + l is word j of the
 * block with counter 4 b + l, so that four lanes have four counters and no transposition is needed.
 */
export function streamWords(key: Key, domain: number, count: number): Uint32Array {
  const words = new Uint32Array(count);
  for (let group = 0; group < count; group += 16) {
    for (let lane = 0; lane < 4; lane++) {
      const block = philox(key, [group / 4 + lane, 0, domain, 0]);
      for (let j = 0; j < 4; j++) words[group + 4 * j + lane] = block[j]!;
    }
  }
  return words;
}

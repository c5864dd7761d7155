import { madd } from '../simd';
import { BLOCK, buffer } from '../workspace';
import { NORMAL, normals, radii, turns } from './normal';
import { wordsAt } from './philox';

/** w = mu + sigma epsilon for given standard deviations, with the same bits as `sampleGaussian`. `n` is a multiple of 4. */
export function drawAll(w: usize, mu: usize, sigma: usize, n: i32, key0: u32, key1: u32): void {
  for (let first = 0; first < n; first += BLOCK) {
    const count = min(BLOCK, n - first);
    let p = buffer(0);
    normals(p, count, first, key0, key1);
    for (const end = w + (<usize>count << 2); w != end; w += 16, mu += 16, sigma += 16, p += 16) {
      v128.store(w, madd(v128.load(sigma), v128.load(p), v128.load(mu)));
    }
  }
}

/** How many weights are drawn at a time. Their words fill a buffer. */
const SOME: i32 = BLOCK / 2;

/** The same for some of a tensor's weights: w[i] = mu[i] + sigma[i] epsilon[indices[i]]. `n` is a multiple of 4. */
export function drawAt(w: usize, mu: usize, sigma: usize, indices: usize, n: i32, key0: u32, key1: u32): void {
  for (let first = 0; first < n; first += SOME) {
    const count = min(SOME, n - first), groups = count >> 2;
    let p = buffer(0);
    wordsAt(p, indices, groups, key0, key1, NORMAL, buffer(1));
    radii(p, groups);
    turns(p, groups);
    for (const end = w + (<usize>count << 2); w != end; w += 16, mu += 16, sigma += 16, indices += 16, p += 32) {
      const odd = i32x4.shr_s(i32x4.shl(v128.load(indices), 29), 31);
      const epsilon = v128.bitselect(v128.load(p, 16), v128.load(p), odd);
      v128.store(w, madd(v128.load(sigma), epsilon, v128.load(mu)));
    }
  }
}

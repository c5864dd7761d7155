import type { FusedExports } from '../wasm/fused-exports.js';
import { BLOCK, isSmall } from './size.js';
import { MOST_PARTS } from './protocol.js';
import type { Argument, Team } from './team.js';

type Sums = Pick<FusedExports, 'complexityCost' | 'logPrior' | 'gaussianKl'>;

/** Approximate nanoseconds for one element. */
const COST = 4;

/**
 * Sums over all elements. A kernel adds up the sums of its blocks one after the other, so a part is one block. Here the sums of the parts are
 * added up in the same order, so the bits are the same.
 */
export function sums(run: Sums, team: Team): Sums {
  const sumOfBlocks = (
    kernel: keyof Sums,
    arrays: readonly number[],
    n: number,
    rest: readonly number[],
    draws: boolean,
  ): number => {
    let total = 0;
    for (let first = 0; first < n; first += MOST_PARTS * BLOCK) {
      const count = Math.min(MOST_PARTS * BLOCK, n - first);
      const parts = Math.ceil(count / BLOCK);
      const results = team.run({
        kernel,
        parts,
        args: [...arrays.map((at): Argument => [at + 4 * first, 4 * BLOCK]), [count, BLOCK], ...rest],
        size: arrays.length,
        ...(draws ? { stream: BLOCK / 16, streamFrom: first / 16 } : {}),
      });
      for (let part = 0; part < parts; part++) total += results[part]!;
    }
    return total;
  };
  return {
    complexityCost(rho, w, n, ...rest) {
      if (isSmall(team, COST * n)) return run.complexityCost(rho, w, n, ...rest);
      return sumOfBlocks('complexityCost', [rho, w], n, rest, true);
    },
    logPrior(w, n, ...rest) {
      if (isSmall(team, COST * n)) return run.logPrior(w, n, ...rest);
      return sumOfBlocks('logPrior', [w], n, rest, false);
    },
    gaussianKl(mu, rho, n, ...rest) {
      if (isSmall(team, COST * n)) return run.gaussianKl(mu, rho, n, ...rest);
      // The kernel takes the last one to three elements as a block of their own.
      const whole = n - (n % 4);
      const total = sumOfBlocks('gaussianKl', [mu, rho], whole, rest, false);
      return n === whole
        ? total
        : total + run.gaussianKl(mu + 4 * whole, rho + 4 * whole, n - whole, ...rest);
    },
  };
}

import { BbbError } from '../errors.js';
import { nthSmallest } from '../metrics/nth.js';

/**
 * The place of the conformal quantile among n calibration scores in ascending order, from 1: ceil((n + 1) coverage). More than n where
 * the examples are too few for the promise: nothing may then be left out.
 * @throws BbbError `E_COVERAGE` unless the coverage is in (0, 1)
 */
export function conformalRank(n: number, coverage: number): number {
  if (!(coverage > 0 && coverage < 1)) {
    throw new BbbError('E_COVERAGE', `Sets can't be made to cover a share of ${coverage}.`, {
      hint: 'Choose a coverage between 0 and 1, e.g. 0.9.',
    });
  }
  // (n + 1) 0.9 of n = 9 is 9.000000000000002 or 9 by the luck of rounding: a whole number within rounding is that number.
  const place = (n + 1) * coverage;
  const nearest = Math.round(place);
  return Math.abs(place - nearest) < 1e-9 * (n + 1) ? nearest : Math.ceil(place);
}

/**
 * Split conformal prediction (Vovk et al. 2005; Lei et al. 2018): a new score is at most this number with a probability of at least
 * `coverage`, where it is exchangeable with the calibration scores. Infinity where they are too few.
 *
 * @param scores of the calibration examples, in any order; higher is stranger
 */
export function conformalQuantile(scores: Float64Array, coverage: number): number {
  const rank = conformalRank(scores.length, coverage);
  return rank > scores.length ? Infinity : nthSmallest(scores.slice(), rank - 1);
}

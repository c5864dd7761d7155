import { BbbError } from '../errors.js';
import { nthSmallest } from '../metrics/nth.js';

/**
 * The position of the conformal quantile among n calibration scores in ascending order, from 1: ceil((n + 1) coverage). If it is more than n,
 * there are too few examples to guarantee the coverage, and nothing may be left out.
 * @param n number of calibration scores
 * @param coverage probability with which a set or an interval holds the truth, in (0, 1)
 * @throws BbbError `E_COVERAGE` unless the coverage is in (0, 1)
 */
export function conformalRank(n: number, coverage: number): number {
  if (!(coverage > 0 && coverage < 1)) {
    throw new BbbError('E_COVERAGE', `Got ${coverage} as the coverage of prediction sets.`, {
      hint: 'Choose a coverage above 0 and below 1, e.g. 0.9.',
    });
  }
  // With n = 9, (n + 1) 0.9 may be rounded to 9.000000000000002. A product that is a whole number except for rounding counts as that number.
  const place = (n + 1) * coverage;
  const nearest = Math.round(place);
  return Math.abs(place - nearest) < 1e-9 * (n + 1) ? nearest : Math.ceil(place);
}

/**
 * Split conformal prediction (Vovk et al. 2005; Lei et al. 2018): a new score is at most this number with a probability of at least
 * `coverage`, if it is exchangeable with the calibration scores. Infinity if there are too few scores.
 * @param scores scores of the calibration examples, in any order; a higher score means a stranger example
 * @param coverage probability that the quantile promises, in (0, 1)
 */
export function conformalQuantile(scores: Float64Array, coverage: number): number {
  const rank = conformalRank(scores.length, coverage);
  return rank > scores.length ? Infinity : nthSmallest(scores.slice(), rank - 1);
}

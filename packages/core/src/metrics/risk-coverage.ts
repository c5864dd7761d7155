import { BbbError } from '../errors.js';
import { judgeProbabilities, rankBySureness, type Ranking } from './judged.js';
import { requireCount, type Probabilities } from '@bbb/base';

/** A point of the risk-coverage curve: answering only the most confident share `coverage` has the error `risk`. */
export interface RiskCoverage {
  readonly coverage: number;
  readonly risk: number;
}

/**
 * Selective error over coverage (El-Yaniv & Wiener 2010), the surest examples first. If only some of equally sure examples are answered, the risk
 * is the expectation over all their orders.
 * @param probabilities `[examples, classes]`, row after row; each row sums to 1
 * @param labels the right class of each example, from 0
 * @param classes number of classes
 */
export function riskCoverage(
  probabilities: Probabilities,
  labels: Uint8Array,
  classes: number,
): RiskCoverage[] {
  return riskCoverageOf(rankBySureness(judgeProbabilities(probabilities, labels, classes)));
}

/** As {@link riskCoverage}, of examples that have been ranked. */
export function riskCoverageOf({ correct }: Pick<Ranking, 'correct'>): RiskCoverage[] {
  let wrong = 0;
  return Array.from(correct, (right, i) => {
    wrong += 1 - right;
    return { coverage: (i + 1) / correct.length, risk: wrong / (i + 1) };
  });
}

/**
 * Area under the risk-coverage curve (Geifman et al. 2019): the mean risk over all coverages; lower is better.
 * @param probabilities `[examples, classes]`, row after row; each row sums to 1
 * @param labels the right class of each example, from 0
 * @param classes number of classes
 */
export function aurc(probabilities: Probabilities, labels: Uint8Array, classes: number): number {
  return meanRisk(riskCoverage(probabilities, labels, classes));
}

export function meanRisk(curve: readonly RiskCoverage[]): number {
  return curve.reduce((sum, { risk }) => sum + risk, 0) / curve.length;
}

/**
 * Area under the generalised risk-coverage curve (Traub et al. 2024, equation 7): the mean over coverages of the share of all examples
 * that are answered and wrong, by trapezoids from no answer at all. Unlike {@link aurc} it does not weigh the first errors most. It is
 * (1 - a) a accuracy + error^2 / 2, where a is the AUROC of telling right from wrong answers; lower is better, at most 1/2.
 *
 * @param probabilities `[examples, classes]`, row after row; each row sums to 1
 * @param labels the right class of each example, from 0
 * @param classes number of classes
 */
export function augrc(probabilities: Probabilities, labels: Uint8Array, classes: number): number {
  return augrcOf(riskCoverage(probabilities, labels, classes));
}

/** As {@link augrc}, of a curve. */
export function augrcOf(curve: readonly RiskCoverage[]): number {
  const n = curve.length;
  let [area, before] = [0, 0];
  for (const { coverage, risk } of curve) {
    area += (before + coverage * risk) / 2;
    before = coverage * risk;
  }
  return area / n;
}

/**
 * The largest coverage (a fraction) with a risk of at most `risk`: how much can be answered with at most that share of errors. 0 if no
 * coverage has a risk that low.
 * @param curve risk by coverage, as `riskCoverage` gives it
 * @param risk fraction of the answered examples that may be wrong, in [0, 1]
 */
export function coverageAtRisk(curve: readonly RiskCoverage[], risk: number): number {
  // Searched from the end, because an early error may raise the risk above the limit only for a while.
  return curve.findLast((point) => point.risk <= risk)?.coverage ?? 0;
}

/**
 * The risk of answering the surest share `coverage` of the examples, rounded up to a whole example.
 * @param curve risk by coverage, as `riskCoverage` gives it
 * @param coverage fraction of the examples that are answered, in (0, 1]
 */
export function riskAtCoverage(curve: readonly RiskCoverage[], coverage: number): number {
  return curve[Math.max(1, Math.ceil(curve.length * coverage - 1e-9)) - 1]!.risk;
}

/**
 * The risk at `points` evenly spaced coverages: at 1/points, 2/points, ... 1 of the examples, rounded up to whole ones.
 * @param curve risk by coverage, as `riskCoverage` gives it
 * @param points number of coverages, at least 1
 * @throws BbbError `E_METRIC_COUNT` unless `points` is a whole number from 1, `E_METRIC_SHAPE` for a curve without points
 */
export function risksAt(curve: readonly RiskCoverage[], points: number): number[] {
  requireCount('points', points);
  if (curve.length === 0) {
    throw new BbbError('E_METRIC_SHAPE', 'The curve has no points.', {
      hint: 'Give the curve that riskCoverage() returns for at least one example.',
    });
  }
  return Array.from(
    { length: points },
    (_, i) => curve[Math.ceil((curve.length * (i + 1)) / points) - 1]!.risk,
  );
}

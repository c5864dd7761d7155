import { binFromAbove, edgesOf } from './bins.js';
import { judgeProbabilities, rankBySureness, type Judged } from './judged.js';
import { requireCount, type Probabilities } from '@bbb/base';

/** Bins of {@link ece} and {@link adaptiveEce}, as in Guo et al. 2017. */
export const CALIBRATION_BINS = 15;

/** One bar of a reliability diagram: [examples, mean confidence, accuracy]; the means are 0 in an empty bin. */
export type ReliabilityBin = readonly [count: number, confidence: number, accuracy: number];

/**
 * Bins of equal width over confidence (0, 1]: bin b holds confidences in (b / bins, (b + 1) / bins], 0 is in the first. The edges
 * are the doubles nearest to those fractions: of 100 bins, 0.07 is in the seventh.
 * @throws BbbError `E_METRIC_COUNT` for no bins
 */
export function reliabilityBins(
  probabilities: Probabilities,
  labels: Uint8Array,
  classes: number,
  bins: number = CALIBRATION_BINS,
): ReliabilityBin[] {
  return reliabilityOf(judgeProbabilities(probabilities, labels, classes), bins);
}

/** As {@link reliabilityBins}, of examples that have been judged. */
export function reliabilityOf(
  { confidence, correct }: Judged,
  bins: number = CALIBRATION_BINS,
): ReliabilityBin[] {
  requireCount('bins', bins);
  const edges = edgesOf(0, 1, bins);
  const members = Array.from({ length: bins }, (): number[] => []);
  confidence.forEach((p, i) => members[binFromAbove(p, edges)]!.push(i));
  return members.map((indices) => toBin(indices, confidence, correct));
}

/** Expected calibration error (Guo et al. 2017, equation 3): sum over bins of count / n * abs(accuracy - confidence). */
export function ece(probabilities: Probabilities, labels: Uint8Array, classes: number): number {
  return expectedGap(reliabilityBins(probabilities, labels, classes));
}

/**
 * Adaptive ECE (the binning of Nguyen & O'Connor 2015): the same gap over bins of equal mass, cut from the examples in
 * order of confidence; sizes differ by one at the most. Where a cut falls among equally sure examples, each side gets its share of
 * their right and wrong answers, whatever the order of the examples.
 * @throws BbbError `E_METRIC_COUNT` for no bins
 */
export function adaptiveEce(
  probabilities: Probabilities,
  labels: Uint8Array,
  classes: number,
  bins: number = CALIBRATION_BINS,
): number {
  return adaptiveEceOf(judgeProbabilities(probabilities, labels, classes), bins);
}

/** As {@link adaptiveEce}, of examples that have been judged. */
export function adaptiveEceOf(judged: Judged, bins: number = CALIBRATION_BINS): number {
  requireCount('bins', bins);
  // From the least sure, as the bins have always been cut.
  const { confidence, correct } = rankBySureness(judged);
  const ascending = Array.from(confidence.keys()).toReversed();
  const cut = (b: number): number => Math.floor((b * ascending.length) / bins);
  return expectedGap(
    Array.from({ length: bins }, (_, b) => toBin(ascending.slice(cut(b), cut(b + 1)), confidence, correct)),
  );
}

/** The ECE of bins that are there. */
export function expectedGap(bins: readonly ReliabilityBin[]): number {
  const n = bins.reduce((sum, [count]) => sum + count, 0);
  return bins.reduce(
    (sum, [count, confidence, accuracy]) => sum + (count / n) * Math.abs(accuracy - confidence),
    0,
  );
}

function toBin(
  indices: readonly number[],
  confidence: Float64Array,
  correct: Float64Array | Uint8Array,
): ReliabilityBin {
  if (indices.length === 0) return [0, 0, 0];
  const mean = (values: Float64Array | Uint8Array): number =>
    indices.reduce((sum, i) => sum + values[i]!, 0) / indices.length;
  return [indices.length, mean(confidence), mean(correct)];
}

import { confidences, requireCount, type Probabilities } from './shape.js';

/** Bins of {@link ece} and {@link adaptiveEce}, as in Guo et al. 2017. */
export const CALIBRATION_BINS = 15;

/** One bar of a reliability diagram: [examples, mean confidence, accuracy]; the means are 0 in an empty bin. */
export type ReliabilityBin = readonly [count: number, confidence: number, accuracy: number];

/**
 * Bins of equal width over confidence (0, 1]: bin b holds confidences in (b / bins, (b + 1) / bins], 0 is in the first.
 * @throws BbbError `E_METRIC_COUNT` for no bins
 */
export function reliabilityBins(
  probabilities: Probabilities,
  labels: Uint8Array,
  classes: number,
  bins: number = CALIBRATION_BINS,
): ReliabilityBin[] {
  requireCount('bins', bins);
  const { confidence, correct } = confidences(probabilities, labels, classes);
  const members = Array.from({ length: bins }, (): number[] => []);
  confidence.forEach((p, i) => members[Math.min(bins - 1, Math.max(0, Math.ceil(p * bins) - 1))]!.push(i));
  return members.map((indices) => toBin(indices, confidence, correct));
}

/** Expected calibration error (Guo et al. 2017, equation 3): sum over bins of count / n * abs(accuracy - confidence). */
export function ece(probabilities: Probabilities, labels: Uint8Array, classes: number): number {
  return expectedGap(reliabilityBins(probabilities, labels, classes));
}

/**
 * Adaptive ECE (the binning of Nguyen & O'Connor 2015): the same gap over bins of equal mass, cut from the examples in
 * order of confidence (equal ones in their own order); sizes differ by one at the most.
 * @throws BbbError `E_METRIC_COUNT` for no bins
 */
export function adaptiveEce(
  probabilities: Probabilities,
  labels: Uint8Array,
  classes: number,
  bins: number = CALIBRATION_BINS,
): number {
  requireCount('bins', bins);
  const { confidence, correct } = confidences(probabilities, labels, classes);
  const order = Array.from(confidence.keys()).sort((i, j) => confidence[i]! - confidence[j]! || i - j);
  const cut = (b: number): number => Math.floor((b * order.length) / bins);
  return expectedGap(
    Array.from({ length: bins }, (_, b) => toBin(order.slice(cut(b), cut(b + 1)), confidence, correct)),
  );
}

function toBin(indices: readonly number[], confidence: Float64Array, correct: Uint8Array): ReliabilityBin {
  if (indices.length === 0) return [0, 0, 0];
  const mean = (values: Float64Array | Uint8Array): number =>
    indices.reduce((sum, i) => sum + values[i]!, 0) / indices.length;
  return [indices.length, mean(confidence), mean(correct)];
}

function expectedGap(bins: readonly ReliabilityBin[]): number {
  const n = bins.reduce((sum, [count]) => sum + count, 0);
  return bins.reduce(
    (sum, [count, confidence, accuracy]) => sum + (count / n) * Math.abs(accuracy - confidence),
    0,
  );
}

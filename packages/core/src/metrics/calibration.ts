import { binFromAbove, edgesOf } from './bins.js';
import { judgeConfidence, judgeProbabilities, rankBySureness, type Judged, type Ranking } from './judged.js';
import { requireCount, type Probabilities } from '@bbb/base';

/** Bins of {@link ece} and {@link adaptiveEce}, as in Guo et al. 2017. */
export const CALIBRATION_BINS = 15;

/** One bar of a reliability diagram: [examples, mean confidence, accuracy]; the means are 0 in an empty bin. */
export type ReliabilityBin = readonly [count: number, confidence: number, accuracy: number];

/**
 * Bins of equal width over confidence (0, 1]: bin b holds confidences in (b / bins, (b + 1) / bins], 0 is in the first. The edges
 * are the doubles nearest to those fractions: of 100 bins, 0.07 is in the seventh.
 * @param probabilities `[examples, classes]`, row after row; each row sums to 1
 * @param labels the right class of each example, from 0
 * @param classes number of classes
 * @param bins number of bins, at least 1. Default: `CALIBRATION_BINS`
 * @throws BbbError `E_METRIC_COUNT` for no bins
 */
export function reliabilityBins(
  probabilities: Probabilities,
  labels: Uint8Array,
  classes: number,
  bins: number = CALIBRATION_BINS,
): ReliabilityBin[] {
  return reliabilityOf(judgeConfidence(probabilities, labels, classes), bins);
}

/** As {@link reliabilityBins}, for judged examples. */
export function reliabilityOf(
  { confidence, correct }: Omit<Judged, 'logDoubt'>,
  bins: number = CALIBRATION_BINS,
): ReliabilityBin[] {
  requireCount('bins', bins);
  const edges = edgesOf(0, 1, bins);
  const sums = Array.from({ length: bins }, () => ({ count: 0, confidence: 0, correct: 0 }));
  for (let i = 0; i < confidence.length; i++) {
    const bin = sums[binFromAbove(confidence[i]!, edges)]!;
    bin.count++;
    bin.confidence += confidence[i]!;
    bin.correct += correct[i]!;
  }
  return sums.map(toBin);
}

/**
 * Expected calibration error (Guo et al. 2017, equation 3): sum over bins of count / n * abs(accuracy - confidence).
 * @param probabilities `[examples, classes]`, row after row; each row sums to 1
 * @param labels the right class of each example, from 0
 * @param classes number of classes
 */
export function ece(probabilities: Probabilities, labels: Uint8Array, classes: number): number {
  return expectedGap(reliabilityBins(probabilities, labels, classes));
}

/**
 * Adaptive ECE (with the bins of Nguyen & O'Connor 2015): the same gap over bins of equal mass. The examples are ordered by confidence and cut
 * into bins whose sizes differ by at most one. If a cut falls between equally sure examples, each side gets its share of their right and wrong
 * answers, so the order of the examples does not matter.
 *
 * @param probabilities `[examples, classes]`, row after row; each row sums to 1
 * @param labels the right class of each example, from 0
 * @param classes number of classes
 * @param bins number of bins, at least 1. Default: `CALIBRATION_BINS`
 * @throws BbbError `E_METRIC_COUNT` for no bins
 */
export function adaptiveEce(
  probabilities: Probabilities,
  labels: Uint8Array,
  classes: number,
  bins: number = CALIBRATION_BINS,
): number {
  return adaptiveEceOfRanking(rankBySureness(judgeProbabilities(probabilities, labels, classes)), bins);
}

/** As {@link adaptiveEce}, for ranked examples. */
export function adaptiveEceOfRanking(
  { confidence, correct }: Ranking,
  bins: number = CALIBRATION_BINS,
): number {
  requireCount('bins', bins);
  const n = confidence.length;
  const cut = (b: number): number => Math.floor((b * n) / bins);
  return expectedGap(
    Array.from({ length: bins }, (_, b) => {
      const sums = { count: cut(b + 1) - cut(b), confidence: 0, correct: 0 };
      // Starts from the least sure examples.
      for (let i = n - 1 - cut(b); i > n - 1 - cut(b + 1); i--) {
        sums.confidence += confidence[i]!;
        sums.correct += correct[i]!;
      }
      return toBin(sums);
    }),
  );
}

/** The ECE of given bins. */
export function expectedGap(bins: readonly ReliabilityBin[]): number {
  const n = bins.reduce((sum, [count]) => sum + count, 0);
  return bins.reduce(
    (sum, [count, confidence, accuracy]) => sum + (count / n) * Math.abs(accuracy - confidence),
    0,
  );
}

interface BinSums {
  readonly count: number;
  readonly confidence: number;
  readonly correct: number;
}

function toBin({ count, confidence, correct }: BinSums): ReliabilityBin {
  return count === 0 ? [0, 0, 0] : [count, confidence / count, correct / count];
}

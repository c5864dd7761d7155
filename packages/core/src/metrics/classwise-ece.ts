import { binFromAbove, edgesOf } from './bins.js';
import { CALIBRATION_BINS } from './calibration.js';
import { countExamples, requireCount, type Probabilities } from '@bbb/base';

/**
 * Classwise ECE (Kull et al. 2019, equation 3): the mean over classes of the ECE of that class's own probability, in bins of equal width
 * over (0, 1]. {@link ece} looks at the most probable class alone.
 * @param probabilities `[examples, classes]`, row after row; each row sums to 1
 * @param labels the right class of each example, from 0
 * @param classes number of classes
 * @param bins number of bins, at least 1. Default: `CALIBRATION_BINS`
 * @throws BbbError `E_METRIC_COUNT` for no bins, `E_METRIC_SHAPE` for labels that do not fit
 */
export function classwiseEce(
  probabilities: Probabilities,
  labels: Uint8Array,
  classes: number,
  bins: number = CALIBRATION_BINS,
): number {
  requireCount('bins', bins);
  const n = countExamples(probabilities, labels, classes);
  const edges = edgesOf(0, 1, bins);
  // Sum of p - y by class and bin: count / n * abs(mean p - mean y) equals abs(sum of p - y) / n.
  const gaps = new Float64Array(classes * bins);
  const first = edges[1]!;
  for (let i = 0; i < n; i++) {
    for (let c = 0; c < classes; c++) {
      const p = probabilities[i * classes + c]!;
      // Nearly all probabilities are in the first bin.
      const bin = p <= first ? 0 : binFromAbove(p, edges);
      gaps[c * bins + bin]! += p - (c === labels[i] ? 1 : 0);
    }
  }
  return gaps.reduce((sum, gap) => sum + Math.abs(gap), 0) / (n * classes);
}

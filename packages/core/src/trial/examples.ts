import type { Uncertainty } from '../metrics/index.js';
import type { ExampleReport, TrialResult } from './result.js';
import type { Examples } from './train.js';

/** How many images each end of the certainty ranking shows. */
const SHOWN = 12;

/** The test images with the lowest and with the highest predictive entropy; equal ones in the order of the set. */
export function examplesByCertainty(
  uncertainty: Uncertainty,
  test: Examples,
  classes: number,
): TrialResult['examplesByCertainty'] {
  const { predictiveEntropy, probabilities } = uncertainty;
  const ranked = Array.from(predictiveEntropy, (entropy, i) => ({ entropy, i })).toSorted(
    (a, b) => a.entropy - b.entropy || a.i - b.i,
  );
  const report = ({ entropy, i }: { entropy: number; i: number }): ExampleReport => ({
    index: test.rows[i]!,
    label: test.labels[test.rows[i]!]!,
    probabilities: Array.from(probabilities.subarray(i * classes, (i + 1) * classes)),
    predictiveEntropy: entropy,
    pixels: imageOf(test, i),
  });
  return {
    most: ranked.slice(0, SHOWN).map(report),
    least: ranked.slice(-SHOWN).toReversed().map(report),
  };
}

/** The image as it was published, base64. */
function imageOf({ images, pixels, rows }: Examples, i: number): string {
  return Buffer.from(images.subarray(rows[i]! * pixels, (rows[i]! + 1) * pixels)).toString('base64');
}

import type { Uncertainty } from '../metrics/index.js';
import { ascendingOrder } from '../metrics/order.js';
import type { ExampleReport, TrialResult } from '../result/result.js';
import type { Examples } from '../data/examples.js';
import { sizeOf } from '../network/shape.js';

/** Number of examples shown from each end of the ranking by certainty. */
const SHOWN = 12;

/**
 * The test examples with the lowest and with the highest predictive entropy. Examples of equal entropy keep the order of the set.
 * @param uncertainty the predictions for the test examples
 * @param test the test examples
 * @param classes number of classes
 */
export function examplesByCertainty(
  uncertainty: Uncertainty,
  test: Examples,
  classes: number,
): NonNullable<TrialResult['examplesByCertainty']> {
  const { predictiveEntropy, probabilities } = uncertainty;
  const ranked = Array.from(ascendingOrder(predictiveEntropy));
  const report = (i: number): ExampleReport => ({
    index: test.rows[i]!,
    label: test.targets[test.rows[i]!]!,
    probabilities: Array.from(probabilities.subarray(i * classes, (i + 1) * classes)),
    predictiveEntropy: predictiveEntropy[i]!,
    ...imageOf(test, i),
  });
  return {
    most: ranked.slice(0, SHOWN).map(report),
    least: ranked.slice(-SHOWN).toReversed().map(report),
  };
}

/** The bytes of a grey image as base64; nothing for other inputs. */
function imageOf({ features, inputShape, rows }: Examples, i: number): { pixels?: string } {
  if (!(features instanceof Uint8Array) || inputShape.length !== 3 || inputShape[2] !== 1) return {};
  const size = sizeOf(inputShape);
  const pixels = features.subarray(rows[i]! * size, (rows[i]! + 1) * size);
  return { pixels: Buffer.from(pixels).toString('base64') };
}

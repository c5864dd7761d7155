import type { Judged } from '../metrics/judged.js';

/**
 * The lowest probability such that, among the answers with at least this probability, a share of at most `risk` is wrong (El-Yaniv & Wiener
 * 2010). So as many examples as possible are answered. Infinity if there is no such probability.
 *
 * @param judged examples that nothing was fitted on
 * @param risk largest allowed error of the answers that are given, a fraction
 */
export function probabilityForRisk(judged: Judged, risk: number): number {
  const ranked = Array.from(judged.confidence.keys()).sort(
    (a, b) => judged.confidence[b]! - judged.confidence[a]!,
  );
  let [wrong, threshold] = [0, Infinity];
  ranked.forEach((example, i) => {
    wrong += 1 - judged.correct[example]!;
    const probability = judged.confidence[example]!;
    // Answers of equal probability are all given, or all withheld.
    const isLast = judged.confidence[ranked[i + 1] ?? -1] !== probability;
    if (isLast && wrong <= risk * (i + 1)) threshold = probability;
  });
  return threshold;
}

import type { Judged } from '../metrics/judged.js';

/**
 * The probability from which on answers are right often enough: of the examples whose answer has it or more, at most `risk` are wrong, and
 * as many as possible are answered (El-Yaniv & Wiener 2010). Infinity where no share of them is.
 *
 * @param judged examples that nothing was fitted to
 * @param risk error of the answers that are given, fraction
 */
export function probabilityForRisk(judged: Judged, risk: number): number {
  const ranked = Array.from(judged.confidence.keys()).sort(
    (a, b) => judged.confidence[b]! - judged.confidence[a]!,
  );
  let [wrong, threshold] = [0, Infinity];
  ranked.forEach((example, i) => {
    wrong += 1 - judged.correct[example]!;
    const probability = judged.confidence[example]!;
    // Answers of one probability are given together, or withheld together.
    const isLast = judged.confidence[ranked[i + 1] ?? -1] !== probability;
    if (isLast && wrong <= risk * (i + 1)) threshold = probability;
  });
  return threshold;
}

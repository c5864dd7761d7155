import { ascendingOrder } from '../metrics/order.js';
import type { Judged } from '../metrics/judged.js';

/** The errors for which results and model files keep a threshold, fractions. */
export const RISKS = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1] as const;

/**
 * The lowest probability such that, among the answers with at least this probability, a share of at most `risk` is wrong (El-Yaniv & Wiener
 * 2010). So as many examples as possible are answered. Infinity if there is no such probability.
 *
 * @param judged examples that nothing was fitted on
 * @param risk largest allowed error of the answers that are given, a fraction
 */
export function probabilityForRisk(judged: Pick<Judged, 'confidence' | 'correct'>, risk: number): number {
  return probabilitiesForRisks(judged, [risk])[0]!;
}

/**
 * {@link probabilityForRisk} of several risks, from one ranking.
 * @param judged how sure each answer is, and whether it is right
 * @param risks fractions of the answers that may be wrong, e.g. 0.01
 */
export function probabilitiesForRisks(
  { confidence, correct }: Pick<Judged, 'confidence' | 'correct'>,
  risks: readonly number[],
): number[] {
  const order = ascendingOrder(confidence);
  const thresholds = risks.map(() => Infinity);
  let wrong = 0;
  for (let i = order.length - 1, answered = 1; i >= 0; i--, answered++) {
    wrong += 1 - correct[order[i]!]!;
    const probability = confidence[order[i]!]!;
    // Answers with equal probabilities are all given, or none of them is.
    if (i > 0 && confidence[order[i - 1]!] === probability) continue;
    for (const [r, risk] of risks.entries()) if (wrong <= risk * answered) thresholds[r] = probability;
  }
  return thresholds;
}

import {
  mixtureMean,
  mixtureQuantile,
  mixtureVariances,
  type Examples,
  type RegressionPrediction,
  type TrialResult,
} from '@bbb/core';

/** Most test examples that a result shows one by one. */
const SHOWN = 500;

/** Test examples at equal distances, with what is predicted for each, in the unit of the target. */
export function shownPredictions(
  prediction: RegressionPrediction,
  { features, targets, inputShape, rows }: Examples,
): NonNullable<TrialResult['predictions']> {
  const single = inputShape.length === 1 && inputShape[0] === 1;
  const every = Math.max(1, Math.ceil(rows.length / SHOWN));
  const shown = Array.from(rows.keys()).filter((i) => i % every === 0);
  return shown.map((i) => {
    const mixture = prediction.of(i);
    const { epistemic, aleatoric } = mixtureVariances(mixture);
    const quantile = (p: number): number => mixtureQuantile(mixture, p);
    return {
      index: rows[i]!,
      ...(single ? { input: features[rows[i]!]! } : {}),
      target: targets[rows[i]!]!,
      mean: mixtureMean(mixture),
      epistemic: Math.sqrt(epistemic),
      aleatoric: Math.sqrt(aleatoric),
      quartiles: [quantile(0.25), quantile(0.5), quantile(0.75)],
    };
  });
}

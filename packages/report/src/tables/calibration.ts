import type { PredictionMetrics } from '@bbb/core';
import { settingTitle, type Setting } from '../data/groups.js';
import { isOfClasses } from '../data/headline-metric.js';
import { estimateOver, exampleNoun, findEvaluation, mainPruner, sharesOf } from '../data/measure.js';
import { predictionsOf } from '../data/predict.js';
import { formatShare } from './format.js';
import { estimated, left, right, text, type Format, type Table } from './table.js';

const METRICS = [
  ['accuracy', 'accuracy (%)', 'percent'],
  ['nll', 'NLL', 'fixed4'],
  ['brier', 'Brier', 'fixed4'],
  ['ece', 'ECE (%)', 'percent'],
  ['adaptiveEce', 'aECE (%)', 'percent'],
  ['predictiveEntropy', 'entropy', 'fixed4'],
  ['mutualInformation', 'mutual inf.', 'fixed4'],
  ['aurc', 'AURC', 'fixed4'],
] as const satisfies readonly (readonly [keyof PredictionMetrics, string, Format])[];

/** Metrics that results of earlier versions lack. */
const NEWER = [
  ['augrc', 'AUGRC', 'fixed4'],
  ['coverageAtRisk5', 'cover at 5 % risk (%)', 'percent'],
  ['riskAtCoverage80', 'risk at 80 % cover (%)', 'percent'],
  ['classwiseEce', 'class ECE (%)', 'percent'],
  ['smoothEce', 'smooth ECE (%)', 'percent'],
] as const satisfies readonly (readonly [keyof PredictionMetrics, string, Format])[];

/**
 * Calibration and uncertainty of classifiers on the test set, dense and at every sparsity, by mean weights and by samples.
 * @returns undefined for networks that are not classifiers
 */
export function calibrationTable(setting: Setting): Table | undefined {
  if (!isOfClasses(setting.groups)) return undefined;
  const newer = NEWER.filter(([key]) => isMeasured(setting, key));
  const metrics = [...METRICS, ...newer];
  const rows = setting.groups.flatMap((group) =>
    predictionsOf(group).flatMap((predict) =>
      sharesOf([group]).map((share) => [
        text(group.name),
        text(predict),
        text(formatShare(share)),
        ...metrics.map(([key, , format]) =>
          estimated(
            estimateOver(
              group,
              (result) => findEvaluation(result, { pruner: mainPruner(group), share }, predict)?.metrics[key],
            ),
            format,
          ),
        ),
      ]),
    ),
  );
  return {
    id: 'calibration',
    title: `Calibration before and after pruning: ${settingTitle(setting)}`,
    columns: [
      left('method', 'method'),
      left('predict', 'predicts by'),
      right('share', 'removed'),
      ...metrics.map(([key, header]) => right(key, header)),
    ],
    rows,
    notes: [
      `NLL, entropy and mutual information in nats per ${exampleNoun(setting.groups)}; lower NLL, Brier, ECE and AURC are better.`,
      'ECE: expected calibration error, 15 bins of equal width; aECE: 15 bins of equal mass; AURC: area under the risk-coverage curve.',
      ...(newer.length > 0
        ? [
            'AUGRC: area under the generalised risk-coverage curve, the mean share of all examples that are answered and wrong; cover at 5 % risk: the share of the examples, surest first, that can be answered with at most 5 % errors; risk at 80 % cover: the error of the surest 80 %.',
            "Class ECE: the mean over classes of the ECE of that class's probability; smooth ECE: by a kernel as wide as the result, in place of bins.",
          ]
        : []),
      `"samples" averages the probabilities of ${samplesOf(setting)} draws.`,
    ],
  };
}

function isMeasured({ groups }: Setting, key: string): boolean {
  return groups.some(({ results }) =>
    results.some(({ pruning }) =>
      pruning.some(({ evaluations }) => evaluations.some(({ metrics }) => metrics[key] !== undefined)),
    ),
  );
}

/** The number of draws that sampled predictions average: "10", or "5 or 10". */
export function samplesOf({ groups }: Setting): string {
  const counts = groups.flatMap(({ results }) => results.map(({ trial }) => trial.prediction.samples));
  return [...new Set(counts)].join(' or ');
}

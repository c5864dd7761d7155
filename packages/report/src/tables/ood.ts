import { settingTitle, type Group, type Setting } from '../data/groups.js';
import { estimateOver, findEvaluation, mainPruner, sharesOf } from '../data/measure.js';
import { predictionsOf } from '../data/predict.js';
import { formatShare } from './format.js';
import { estimated, left, right, text, type Table } from './table.js';

/** Scores by which images are told apart, in the words of a header. */
export const OOD_SCORES: Readonly<Record<string, string>> = {
  maxProbability: 'max. probability',
  predictiveEntropy: 'entropy',
  mutualInformation: 'mutual inf.',
};

/**
 * Telling test images from those of another data set, by method, way to predict and pruned share.
 * @returns undefined if no trial measured it
 */
export function oodTable(setting: Setting): Table | undefined {
  const rows = setting.groups.flatMap((group) =>
    oodSetsOf(group).flatMap((set) =>
      predictionsOf(group).flatMap((predict) =>
        sharesOf([group]).map((share) => {
          const network = { pruner: mainPruner(group), share };
          return [
            text(group.name),
            text(set),
            text(predict),
            text(formatShare(share)),
            ...Object.keys(OOD_SCORES).flatMap((score) =>
              (['auroc', 'aupr', 'fpr95'] as const).map((measure) =>
                estimated(
                  estimateOver(
                    group,
                    (result) => findEvaluation(result, network, predict)?.ood?.[set]?.[score]?.[measure],
                  ),
                  'percent',
                ),
              ),
            ),
          ];
        }),
      ),
    ),
  );
  if (rows.length === 0) return undefined;
  return {
    id: 'ood',
    title: `Telling test images from others (%): ${settingTitle(setting)}`,
    columns: [
      left('method', 'method'),
      left('set', 'others'),
      left('predict', 'predicts by'),
      right('share', 'removed'),
      ...Object.entries(OOD_SCORES).flatMap(([score, header]) => [
        right(`auroc_${score}`, `AUROC, ${header}`),
        right(`aupr_${score}`, `AUPR, ${header}`),
        right(`fpr95_${score}`, `FPR@95, ${header}`),
      ]),
    ],
    rows,
    notes: [
      'AUROC and AUPR: higher is better, an AUROC of 50 % is guessing. FPR@95: test images taken for others while 95 % of the others are found; lower is better.',
      'A network with fixed weights has no mutual information: by it, all images look alike.',
    ],
  };
}

/** Out-of-distribution sets that a group was measured on. */
export function oodSetsOf({ results }: Group): string[] {
  const evaluations = results.flatMap(({ pruning }) => pruning.flatMap((row) => row.evaluations));
  return [...new Set(evaluations.flatMap(({ ood }) => Object.keys(ood ?? {})))];
}

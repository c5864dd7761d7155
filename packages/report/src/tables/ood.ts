import { settingTitle, type Group, type Setting } from '../data/groups.js';
import { isOfClasses } from '../data/headline-metric.js';
import { estimateOver, exampleNoun, findEvaluation, mainPruner, sharesOf } from '../data/measure.js';
import { predictionsOf } from '../data/predict.js';
import { formatShare } from './format.js';
import { estimated, left, right, text, type Table } from './table.js';

/** A score that separates the two kinds of examples. */
export interface OodScoreName {
  readonly key: string;
  /** The name in a table's header. */
  readonly header: string;
  /** The name within a sentence or a title. */
  readonly name: string;
}

const OF_CLASSES: readonly OodScoreName[] = [
  { key: 'maxProbability', header: 'max. probability', name: 'the largest probability' },
  { key: 'predictiveEntropy', header: 'entropy', name: 'entropy' },
  { key: 'mutualInformation', header: 'mutual inf.', name: 'mutual information' },
];
/** Scores that exist since version 0.2, and only for members that predict logits. */
const OF_LOGITS: readonly OodScoreName[] = [
  { key: 'energy', header: 'energy', name: 'free energy' },
  { key: 'maxLogit', header: 'max. logit', name: 'the largest logit' },
];
const OF_NUMBERS: readonly OodScoreName[] = [
  { key: 'predictiveSd', header: 'predictive sd', name: 'predictive standard deviation' },
  { key: 'epistemicSd', header: 'epistemic sd', name: 'epistemic standard deviation' },
];

/** The scores that the networks of a setting were measured by. The first is the one for all uncertainty. */
export function oodScoresOf(groups: readonly Group[]): readonly OodScoreName[] {
  const found = new Set(
    groups.flatMap(({ results }) =>
      results.flatMap(({ pruning }) =>
        pruning.flatMap(({ evaluations }) =>
          evaluations.flatMap(({ ood = {} }) => Object.values(ood).flatMap((scores) => Object.keys(scores))),
        ),
      ),
    ),
  );
  if (isOfClasses(groups)) return [...OF_CLASSES, ...OF_LOGITS.filter(({ key }) => found.has(key))];
  const known = OF_NUMBERS.filter(({ key }) => found.delete(key));
  return [...known, ...[...found].map((key): OodScoreName => ({ key, header: key, name: key }))];
}

/** All of a prediction's uncertainty as one score. */
export function totalScore(groups: readonly Group[]): OodScoreName | undefined {
  return isOfClasses(groups) ? OF_CLASSES[1] : oodScoresOf(groups)[0];
}

/**
 * Telling test images from those of another data set, by method, way to predict and sparsity.
 * @returns undefined if no trial measured it
 */
export function oodTable(setting: Setting): Table | undefined {
  const scores = oodScoresOf(setting.groups);
  const noun = exampleNoun(setting.groups);
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
            ...scores.flatMap(({ key: score }) =>
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
    title: `Telling test ${noun}s from others (%): ${settingTitle(setting)}`,
    columns: [
      left('method', 'method'),
      left('set', 'others'),
      left('predict', 'predicts by'),
      right('share', 'removed'),
      ...scores.flatMap(({ key: score, header }) => [
        right(`auroc_${score}`, `AUROC, ${header}`),
        right(`aupr_${score}`, `AUPR, ${header}`),
        right(`fpr95_${score}`, `FPR@95, ${header}`),
      ]),
    ],
    rows,
    notes: [
      `AUROC and AUPR: higher is better, an AUROC of 50 % is guessing. FPR@95: test ${noun}s taken for others while 95 % of the others are found; lower is better.`,
      ...(scores.some(({ key }) => key === 'energy')
        ? [
            'Free energy, -log of the summed e^logit, and the largest logit are of the outputs before the softmax, which forgets how large they are; means over draws.',
          ]
        : []),
      isOfClasses(setting.groups)
        ? `A network with fixed weights has no mutual information: by it, all ${noun}s look alike.`
        : `A network with fixed weights has no epistemic standard deviation: by it, all ${noun}s look alike.`,
    ],
  };
}

/** Out-of-distribution sets that a group was measured on. */
export function oodSetsOf({ results }: Group): string[] {
  const evaluations = results.flatMap(({ pruning }) => pruning.flatMap((row) => row.evaluations));
  return [...new Set(evaluations.flatMap(({ ood }) => Object.keys(ood ?? {})))];
}

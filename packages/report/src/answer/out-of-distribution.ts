import type { TrialResult } from '@bbb/core';
import type { Group } from '../data/groups.js';
import { denseOf, estimateOver, exampleNoun, findEvaluation, valuesBySeed } from '../data/measure.js';
import { bestPrediction } from '../data/predict.js';
import { againstReference } from '../stats/against-reference.js';
import { formatEstimate } from '../tables/format.js';
import { oodSetsOf, totalScore } from '../tables/ood.js';
import { familyNote, standings } from './standings.js';
import { list } from './words.js';

/** How well the uncertainty of dense networks separates each out-of-distribution set from the test set. */
export function oodSentences(groups: readonly Group[], reference: Group | undefined): string[] {
  const sets = [...new Set(groups.flatMap(oodSetsOf))];
  return sets.flatMap((set) => oodSentence(groups, reference, set));
}

function oodSentence(groups: readonly Group[], reference: Group | undefined, set: string): string[] {
  const score = totalScore(groups);
  if (!score) return [];
  const { key, name } = score;
  const auroc = (group: Group) => (result: TrialResult) =>
    findEvaluation(result, denseOf(group), bestPrediction(group))?.ood?.[set]?.[key]?.auroc;
  const ranked = groups
    .flatMap((group) => {
      const value = estimateOver(group, auroc(group));
      return value ? [{ group, value }] : [];
    })
    .toSorted((a, b) => b.value.mean - a.value.mean);
  if (ranked.length === 0) return [];
  const numbers = ranked.map(({ group, value }) => `${group.name} ${formatEstimate(value, 'percent', '')}`);
  const others = ranked.map(({ group }) => group).filter((group) => group !== reference);
  const family = againstReference(
    reference ? valuesBySeed(reference, auroc(reference)) : new Map(),
    new Map(others.map((group) => [group.name, valuesBySeed(group, auroc(group))])),
  );
  return [
    `Telling ${set} from test ${exampleNoun(groups)}s by the ${name} of dense networks (AUROC in %, 50 is guessing): ${list(numbers)}.` +
      standings(family, reference, { larger: 'better', smaller: 'worse' }) +
      familyNote(family),
  ];
}

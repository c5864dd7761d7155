import type { Group } from '../data/groups.js';
import { klWeightOf, wordOf } from '../data/tempering.js';
import { list } from './words.js';

/** Names the methods whose posterior differs from that of Bayes' rule because the weight of their KL is not 1. Readers must not miss this. */
export function temperedSentences(groups: readonly Group[]): string[] {
  return (['cold', 'warm'] as const).flatMap((word) => {
    const found = groups
      .map((group) => ({ name: group.name, weight: klWeightOf(group.results[0]!.trial.method) }))
      .filter(({ weight }) => weight !== 1 && wordOf(weight) === word);
    if (found.length === 0) return [];
    const named = found.map(({ name, weight }) => `${name} (KL x ${weight})`);
    const [noun, verb] = found.length === 1 ? ['posterior', 'is'] : ['posteriors', 'are'];
    const narrower = word === 'cold' ? 'narrower' : 'wider';
    return [
      `The ${noun} of ${list(named)} ${verb} ${word}: ${narrower} than Bayes' rule makes ${found.length === 1 ? 'it' : 'them'}.`,
    ];
  });
}

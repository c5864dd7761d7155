import type { Group } from '../data/groups.js';
import { klWeightOf, wordOf } from '../data/tempering.js';
import { list } from './words.js';

/** Which posteriors are not those of Bayes' rule, because their KL counts more or less than 1: a reader must not miss that. */
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

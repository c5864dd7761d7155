import type { Group } from '../data/groups.js';
import type { Family, Standing } from '../stats/against-reference.js';
import { list } from './words.js';

/** " Against sgd, better: a and b; undecided: c" with a leading space. Empty if no test was possible. */
export function standings(
  { of, tests }: Family<string>,
  reference: Group | undefined,
  words: { readonly larger: string; readonly smaller: string },
): string {
  if (!reference || tests === 0) return '';
  const named = (standing: Standing, word: string): string[] => {
    const names = [...of].filter(([, against]) => against.standing === standing).map(([name]) => name);
    return names.length > 0 ? [`${word}: ${list(names)}`] : [];
  };
  const parts = [
    ...named('larger', words.larger),
    ...named('smaller', words.smaller),
    ...named('undecided', 'undecided'),
  ];
  return ` Against ${reference.name}, ${parts.join('; ')}`;
}

/** Ends the sentence of {@link standings}: how many tests it corrects for. */
export function familyNote({ tests }: Family<string>): string {
  if (tests === 0) return '';
  return tests === 1 ? ' (one test).' : ` (corrected for ${tests} tests).`;
}

import type { Dataset } from '@bbb/core';
import type { Assignment } from '../parse/assignment.js';
import { bySize } from '../config/by-size.js';
import type { Named } from './what.js';

/** Options that a sweep on a data set needs, in words and as flags. */
export interface Plan {
  readonly words: readonly string[];
  readonly command: string;
}

/** How bbb would use a data set, and the command that trains on it. */
export function planFor(
  { train, test, target }: Dataset,
  { use, dataDir }: Named,
  options: readonly Assignment[],
): Plan {
  const { validation, testFraction = 0, batch, epochs } = bySize({ train, test });
  const held = Math.round(testFraction * train.count);
  const left = train.count - held;
  const floats = train.features instanceof Float32Array;
  const real = target.kind === 'real';
  const words = [
    held > 0
      ? `hold out ${examples(held)} as test set, by the seed (there is none)`
      : `test with the ${examples(test.count)} of the test set`,
    `hold out ${examples(validation)} for validation, by the seed, and train on ${left - validation}`,
    floats
      ? 'standardise features by what the training examples say, and keep that with the network'
      : 'divide features by 255',
    real
      ? 'predict a number and how sure it is, and report the RMSE'
      : `predict one of ${target.classes} classes, and report the accuracy`,
  ];
  const flags = [
    '--dataset',
    use,
    ...(dataDir === undefined ? [] : ['--data', dataDir]),
    ...options.flatMap(({ path, value }) =>
      SHORT.has(path) ? [`--${path}`, String(value)] : ['--dataset-option', `${path}=${String(value)}`],
    ),
    '--validation',
    String(validation),
    ...(held > 0 ? ['--test-fraction', String(testFraction)] : []),
    '--batch',
    String(batch),
    '--epochs',
    String(epochs),
  ];
  return { words, command: ['bbb', 'sweep', ...flags.map(quoted)].join(' ') };
}

/** Options that have a flag of their own. */
const SHORT: ReadonlySet<string> = new Set(['target', 'columns', 'drop']);

function examples(count: number): string {
  return `${count} example${count === 1 ? '' : 's'}`;
}

/** Quotes a word for a shell if needed. */
function quoted(word: string): string {
  return /^[\w./@:+,=-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

import type { Dataset } from '@bbb/core';
import type { Assignment } from '../parse/assignment.js';
import type { Named } from './what.js';

/** What a sweep on a data set has to be told, in words and as flags. */
export interface Plan {
  readonly words: readonly string[];
  readonly command: string;
}

/** What the preset holds out of MNIST. */
const VALIDATION = 10_000;
const TEST_FRACTION = 0.2;

/** What bbb would do with a data set, and the command that does it. */
export function planFor(
  { train, test, target }: Dataset,
  { use, dataDir }: Named,
  options: readonly Assignment[],
): Plan {
  const held = test.count === 0 ? Math.round(TEST_FRACTION * train.count) : 0;
  const left = train.count - held;
  const validation = left > 2 * VALIDATION ? VALIDATION : Math.max(1, Math.round(left / 10));
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
      ? 'predict a number and how sure it is (likelihood gaussian), and report the RMSE'
      : `tell ${target.classes} classes apart, and report the accuracy`,
  ];
  const flags = [
    '--dataset',
    use,
    ...(dataDir === undefined ? [] : ['--data', dataDir]),
    ...options.flatMap(({ path, value }) =>
      SHORT.has(path) ? [`--${path}`, String(value)] : ['--dataset-option', `${path}=${String(value)}`],
    ),
    ...(validation === VALIDATION ? [] : ['--validation', String(validation)]),
    ...(held > 0 ? ['--test-fraction', String(TEST_FRACTION)] : []),
    ...(floats ? ['--scaling', 'standardise'] : []),
    ...(real ? ['--likelihood', 'gaussian'] : []),
    ...shortEpochs(left - validation),
  ];
  return { words, command: ['bbb', 'sweep', ...flags.map(quoted)].join(' ') };
}

/** Options that have a flag of their own. */
const SHORT: ReadonlySet<string> = new Set(['target', 'columns', 'drop']);

/** The preset is made for tens of thousands of examples: ten epochs of fewer are too few steps. */
function shortEpochs(examples: number): string[] {
  if (examples >= FEW) return [];
  const epochs = Math.min(MOST_EPOCHS, Math.ceil((STEPS * BATCH) / examples));
  return ['--batch', String(BATCH), '--epochs', String(epochs)];
}

const [FEW, STEPS, BATCH, MOST_EPOCHS] = [5000, 2000, 32, 100];

function examples(count: number): string {
  return `${count} example${count === 1 ? '' : 's'}`;
}

/** For a shell, where it needs quotes. */
function quoted(word: string): string {
  return /^[\w./@:+,=-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

import type { DataOptions } from '../trial/trial.js';
import type { Dataset } from './dataset.js';
import type { DataSummary, PartSummary } from './summary.js';
import { sharedWith } from './usable.js';

/**
 * Sentences about unusual properties of a set that can still be used, with the counts that show them. Empty for an ordinary set.
 * @param summary the result of `summarise()`
 */
export function oddities(summary: DataSummary): string[] {
  const { name, target, train, test } = summary;
  const found = [
    ...emptyClasses(train, 'training'),
    // Without test examples, the trial holds some training examples out.
    ...(test.examples > 0 ? emptyClasses(test, 'test') : []),
    ...(constant(test) ? [`all features of the test examples are ${test.features![0]}`] : []),
    ...repeats(summary),
  ];
  if (found.length === 0) return [];
  return [
    `The data set ${name} (${target.kind === 'class' ? `${target.classes} classes` : 'real targets'}) is odd: ${found.join('; ')}.`,
    `Training: ${partText(train)}.`,
    `Test: ${partText(test)}.`,
  ];
}

/** Examples that are, or may be, both trained on and tested with. A network may have memorised them, so its test error is too low. */
function repeats({ train, test }: DataSummary): string[] {
  if (test.inTraining)
    return [`${test.inTraining} of ${test.examples} test examples are training examples too`];
  // The seed chooses what is held out. Of two equal examples, one may be trained on and the other one tested with.
  if (test.examples > 0 || !train.repeated) return [];
  return [
    `${train.repeated} of ${train.examples} examples ${train.repeated === 1 ? 'is a copy of another' : 'are copies of others'}, and the seed may put one to each side of a split`,
  ];
}

/** Initial weights are made for inputs of about 1. If all inputs are nearer to 0 than this, a network hardly notices them. */
const FAINT = 0.05;

/**
 * Warns of bytes that are nearly 0 after division: pictures of zeros and ones are divided by 255, too.
 * @param summary the result of `summarise()`
 * @param options how features become inputs
 */
export function faintInputs({ name, train }: DataSummary, { divisor, scaling }: DataOptions): string[] {
  const largest = Math.max(...(train.features ?? []).map(Math.abs));
  if (scaling !== undefined || !(largest / divisor < FAINT)) return [];
  return [
    `Features of ${name} reach ${largest}, and are divided by ${divisor}: the inputs would be close to 0. Choose --divisor ${largest}.`,
  ];
}

/**
 * Unusual properties of an out-of-distribution set. Only the features of its test examples are used.
 * @param summary the result of `summarise()` for the out-of-distribution set
 */
export function outsideOddities({ name, test }: DataSummary): string[] {
  return constant(test)
    ? [
        `All features of the ${test.examples} test examples of the out-of-distribution set ${name} are ${test.features![0]}.`,
      ]
    : [];
}

/**
 * Examples that an out-of-distribution set has in common with the main set. They make the two sets harder to separate.
 * @param dataset the data set
 * @param outside the out-of-distribution set
 */
export function sharedExamples(dataset: Dataset, outside: Dataset): string[] {
  const { test, train } = sharedWith(dataset, outside);
  const parts = [
    ...(test > 0 ? [`${test} are test examples`] : []),
    ...(train > 0 ? [`${train} are training examples`] : []),
  ];
  if (parts.length === 0) return [];
  return [
    `Of the ${outside.test.count} test examples of the out-of-distribution set ${outside.name}, ${parts.join(' and ')} of ${dataset.name}.`,
  ];
}

/**
 * "60000 examples (class 0: 5923, 1: 6742), features 0 to 255"
 * @param part a part of what `summarise` returned
 */
export function partText({ examples, byClass, targets, features }: PartSummary): string {
  const classes = byClass?.map((count, index) => `${index}: ${count}`).join(', ');
  const about = classes
    ? `class ${classes}`
    : targets
      ? `targets ${targets[0]} to ${targets[1]}`
      : 'no targets';
  return `${examples} examples (${about})${features ? `, features ${features[0]} to ${features[1]}` : ''}`;
}

function emptyClasses({ byClass = [] }: PartSummary, part: string): string[] {
  const empty = byClass.flatMap((count, index) => (count === 0 ? [index] : []));
  if (empty.length === 0) return [];
  return [`${empty.length === 1 ? 'class' : 'classes'} ${empty.join(', ')} without ${part} examples`];
}

function constant({ features }: PartSummary): boolean {
  return features !== undefined && features[0] === features[1];
}

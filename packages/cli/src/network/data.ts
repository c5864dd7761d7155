import {
  parseOptions,
  testExamples,
  type DatasetContext,
  type EvaluationSets,
  type Registry,
  type Use,
} from '@bbb/core';
import type { Dataset } from 'mnist-data-loader';
import { UsageError } from '../errors/usage.js';
import type { Assignment } from '../parse/assignment.js';
import { optionsOf } from '../run/executor.js';
import { say } from '../io/output.js';
import type { OpenNetwork } from './open.js';

export interface DataChoice {
  /** Default: the data set of the trial. */
  readonly dataset?: string | undefined;
  readonly datasetOption?: readonly Assignment[] | undefined;
  readonly dataDir?: string | undefined;
  /** Default: the one of the trial, if it has one. */
  readonly ood?: string | undefined;
}

/** The test images that a stored network is measured on. */
export async function loadTestSets(
  { trial, model }: OpenNetwork,
  { dataset, datasetOption, dataDir, ood }: DataChoice,
  registry: Registry,
): Promise<EvaluationSets> {
  const context = dataDir === undefined ? {} : { dataDir };
  const chosen = dataset === undefined ? trial.data : { use: dataset, options: {} };
  const main = { use: chosen.use, options: { ...chosen.options, ...optionsOf(datasetOption) } };
  const outside = ood === undefined ? trial.data.outOfDistribution : { use: ood, options: {} };
  const load = async (use: Use, secondary: boolean): Promise<Dataset> =>
    fitting(await loadSet(use, { ...context, secondary }, registry), model.architecture.inputs);
  const test = sameClasses(await load(main, false), model.architecture.classes);
  for (const note of test.notes ?? []) say(note);
  const beside = outside && outside.use !== 'none' ? await load(outside, true) : undefined;
  const { divisor } = trial.data;
  return {
    test: testExamples(test, divisor),
    outOfDistribution: beside ? { [beside.name]: testExamples(beside, divisor) } : {},
  };
}

async function loadSet({ use, options }: Use, context: DatasetContext, registry: Registry): Promise<Dataset> {
  const source = registry.get('datasets', use);
  return source.load(parseOptions(use, source.options, options), context);
}

/** Labels that were numbered anew mean the network's classes only where there are as many of them. */
function sameClasses(dataset: Dataset, classes: number): Dataset {
  const { labels, name } = dataset;
  if (!labels || labels.length === classes) return dataset;
  throw new UsageError(
    `${name} has ${labels.length} different labels, from ${labels[0]} to ${labels.at(-1)}; the network tells ${classes} classes apart.`,
    `If the labels are the network's classes, counted from 0, add --dataset-option classes=${classes}.`,
  );
}

function fitting(dataset: Dataset, inputs: number): Dataset {
  const pixels = dataset.rows * dataset.cols;
  if (pixels === inputs) return dataset;
  throw new UsageError(
    `The network takes ${inputs} inputs; images of ${dataset.name} have ${dataset.rows} x ${dataset.cols} = ${pixels} pixels.`,
    'Choose the data set it was trained on, or another with images of that size.',
  );
}

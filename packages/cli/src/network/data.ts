import {
  checkOutside,
  sizeOf,
  splitData,
  testExamples,
  type Dataset,
  type EvaluationSets,
  type Registry,
  type SweepDataset,
  type Use,
} from '@bbb/core';
import { checkTrainedOn } from '@bbb/sweep';
import type { Assignment } from '../parse/assignment.js';
import { optionsOf } from '../run/executor.js';
import { say } from '../io/output.js';
import { classified, fitting, sameColumns } from './fits.js';
import { loadSet } from './load-set.js';
import type { OpenNetwork } from './open.js';

export interface DataChoice {
  /** The data set to measure on. Default: the data set of the trial, which must be the one that the network was trained on. */
  readonly dataset?: string | undefined;
  readonly datasetOption?: readonly Assignment[] | undefined;
  readonly dataDir?: string | undefined;
  /** The out-of-distribution set. Default: that of the trial, if it has one. */
  readonly ood?: string | undefined;
}

/** The sets that a stored network is measured on, and their names. */
export interface TestSets extends EvaluationSets {
  /** The data set whose test examples these are, with its training examples. */
  readonly main: Dataset;
  /** Descriptions of the data sets, the main set first. */
  readonly described: readonly SweepDataset[];
}

/**
 * The test examples that a stored network is measured on.
 * @throws BbbError `E_SWEEP_CHANGED` for sets that the network's trial names and that have changed since
 */
export async function loadTestSets(
  { trial, model, data, keys, trained }: OpenNetwork,
  { dataset, datasetOption, dataDir, ood }: DataChoice,
  registry: Registry,
): Promise<TestSets> {
  const { inputShape, outputs } = model.architecture;
  const load = async (use: Use, secondary: boolean): Promise<Dataset> =>
    fitting(
      await loadSet(use, { ...(dataDir === undefined ? {} : { dataDir }), secondary }, registry),
      sizeOf(inputShape),
    );
  const chosen = dataset === undefined ? trial.data : { use: dataset, options: {} };
  const main = { use: chosen.use, options: { ...chosen.options, ...optionsOf(datasetOption) } };
  const outside = ood === undefined ? trial.data.outOfDistribution : { use: ood, options: {} };
  const set = sameColumns(await load(main, false), data.preprocessing.table);
  // Examples that its trial held out are the only ones that it has not seen.
  const { testFraction, testCalibration } = trial.data;
  const heldOut = dataset === undefined && (testFraction ?? testCalibration) !== undefined;
  const test = heldOut ? set : classified(set, { target: data.target, outputs });
  // A name replaces the set of the trial. Options alone change how the set of the trial is read.
  if (dataset === undefined) checkTrainedOn(trained, trial.data, test);
  for (const note of test.notes ?? []) say(note);
  const beside = outside && outside.use !== 'none' ? await load(outside, true) : undefined;
  if (beside && outside === trial.data.outOfDistribution) checkTrainedOn(trained, outside!, beside);
  if (beside) checkOutside(test, beside);
  return {
    main: test,
    test: heldOut
      ? { ...splitData(test, trial.data, keys.split).test, preprocessing: data.preprocessing }
      : testExamples(test, data.preprocessing),
    outOfDistribution: beside ? { [beside.name]: testExamples(beside, data.preprocessing) } : {},
    described: [describe('main', test), ...(beside ? [describe('out-of-distribution', beside)] : [])],
  };
}

function describe(role: SweepDataset['role'], { name, sha256 }: Dataset): SweepDataset {
  return { role, name, sha256 };
}

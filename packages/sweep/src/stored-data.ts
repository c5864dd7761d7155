import type { Dataset, DatasetContext, Datasets, Registry, SweepDataset, Use } from '@bbb/core';
import { dataKey } from './executor/data-key.js';
import { dataWarnings, loadData } from './executor/data.js';
import { checkFit } from './plan/check-fit.js';
import { needsOf } from './plan/needs.js';
import type { Plan } from './plan/plan.js';
import { openRecord, readTrial } from './read.js';
import {
  checkSameData,
  datasetsOf,
  identityOf,
  identityOfResult,
  summariesOf,
  type DataIdentity,
} from './store/data-identity.js';
import { checkResultsData } from './store/results-data.js';
import { readSweepRecord, type SweepRecord } from './store/sweep-record.js';

/**
 * Loads and verifies all data that the trials of a plan name.
 * @param plan what `planSweep` returned
 * @param registry all that plugins contribute
 * @param dataDir folder of the data set. Default: where data sets look for themselves
 * @param onProgress called with the progress of a download or a conversion
 * @throws as the data sets do, and BbbError as `checkData` and `checkFit` for trials that can't use them
 */
export async function loadPlanData(
  { config }: Pick<Plan, 'config'>,
  registry: Registry,
  dataDir?: string,
  onProgress?: DatasetContext['onProgress'],
): Promise<Datasets> {
  const datasets = await loadData(registry, [needsOf(config, registry).data], dataDir, onProgress);
  checkFit(config, registry, datasets);
  return datasets;
}

/**
 * Loads the data that the trials of a folder name, and compares them with the data of its results.
 * @param dir folder of the sweep
 * @param registry all that plugins contribute
 * @param dataDir folder of the data set. Default: where data sets look for themselves
 * @throws BbbError `E_SWEEP_CHANGED` with the files that differ; as {@link loadPlanData}
 */
export async function checkDataDir(dir: string, registry: Registry, dataDir: string): Promise<void> {
  const record = await openRecord(dir);
  const data = record.trials[0]?.trial.data;
  if (data)
    await holdAgainst(dir, record, await loadData(registry, [data], dataDir), `The data in ${dataDir}`);
}

/**
 * Whether the results of a folder belong to these data.
 * @param dir folder of the sweep
 * @param datasets the data, as `loadPlanData` gives them
 * @throws BbbError as `readSweep`
 */
export async function isOfData(dir: string, datasets: Datasets): Promise<boolean> {
  const record = await openRecord(dir);
  return holdAgainst(dir, record, datasets, 'The data').then(
    () => true,
    () => false,
  );
}

const WITHOUT = 'Leave --data-dir out to report the results without comparing the data.';

async function holdAgainst(
  dir: string,
  { data }: SweepRecord,
  datasets: Datasets,
  what: string,
): Promise<void> {
  const sentence = `${what} are not those of the sweep in ${dir}`;
  const now = identityOf(datasets);
  if (data) checkSameData(sentence, data, now, WITHOUT);
  else await checkResultsData(dir, sentence, now, WITHOUT);
}

/**
 * The data sets of a plan, the main one first.
 * @param plan what `planSweep` returned
 * @param registry all that plugins contribute
 * @param datasets the data, as `loadPlanData` gives them
 */
export function planDatasets(
  { config }: Pick<Plan, 'config'>,
  registry: Registry,
  datasets: Datasets,
): SweepDataset[] {
  return datasetsOf(needsOf(config, registry).data, identityOf(datasets), summariesOf(datasets));
}

/**
 * Warnings about the data of a plan, the same that its sweep shows.
 * @param plan what `planSweep` returned
 * @param registry all that plugins contribute
 * @param datasets the data, as `loadPlanData` gives them
 */
export function planWarnings(
  { config }: Pick<Plan, 'config'>,
  registry: Registry,
  datasets: Datasets,
): string[] {
  return dataWarnings(datasets, needsOf(config, registry).data);
}

/**
 * The data that the network of a trial was trained on. Undefined if the trial's folder does not name them.
 * @param dir folder of the sweep
 * @param id id of the trial
 * @throws BbbError `E_STORE_DAMAGED`, `E_STORE_IO`
 */
export async function trainedOn(dir: string, id: string): Promise<DataIdentity | undefined> {
  const { result } = await readTrial(dir, id);
  return result ? identityOfResult(result) : (await readSweepRecord(dir))?.data;
}

/**
 * Checks that a data set is the one that a network was trained on.
 * @param trained the data that the folder of the trial names; undefined passes
 * @param use the name and options of the set in its trial
 * @param dataset the data set that is there
 * @throws BbbError `E_SWEEP_CHANGED` with the files that differ
 */
export function checkTrainedOn(trained: DataIdentity | undefined, use: Use, { sha256 }: Dataset): void {
  const sentence = 'The data are not those that the network was trained and measured on';
  const hint =
    'Give the folder of the original files with --data-dir. To measure the network on other data, name them: --dataset NAME.';
  checkSameData(sentence, trained, { [dataKey(use)]: sha256 }, hint);
}

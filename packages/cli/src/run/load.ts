import { BbbError, datasetsText, notesOf, type Datasets, type Registry, type SweepDataset } from '@bbb/core';
import { examplesWord } from '../io/examples.js';
import { loadPlanData, planDatasets, planWarnings, type Plan } from '@bbb/sweep';
import { loadProgress, NO_PROGRESS } from '../progress/load.js';

/** The data of a run. */
export interface LoadedData {
  readonly datasets: Datasets;
  /** Names and contents of the data sets, the main set first. */
  readonly described: readonly SweepDataset[];
  /** Warnings about the data. The sweep itself shows them before its first trial. */
  readonly warnings: () => string[];
}

/**
 * Loads the data of a plan before anything is written, so that no result is reported before its data were checked.
 * @throws as data sets do
 */
export async function loadForRun(
  plan: Plan,
  registry: Registry,
  dataDir: string | undefined,
  quiet = false,
): Promise<LoadedData> {
  const { onProgress, close } = quiet ? NO_PROGRESS : loadProgress(process.stderr);
  const datasets = await loadPlanData(plan, registry, dataDir, onProgress).catch(withWayOut).finally(close);
  return {
    datasets,
    described: planDatasets(plan, registry, datasets),
    warnings: () => planWarnings(plan, registry, datasets),
  };
}

/** Like {@link loadForRun}, but returns the error if the data are not on this machine, since a plan can be shown without them. */
export async function loadIfHere(
  plan: Plan,
  registry: Registry,
  dataDir: string | undefined,
  quiet = false,
): Promise<LoadedData | Error> {
  return loadForRun(plan, registry, dataDir, quiet).catch((error: unknown) => {
    if (error instanceof Error && isAbsent(error)) return error;
    throw error;
  });
}

/** "mnist (SHA-256 1a2b3c4d5e6f), 60000 training and 10000 test images" */
export function loadedText(
  { described }: LoadedData,
  { testFraction }: Pick<Plan['config'], 'testFraction'>,
): string {
  const { train, test, inputShape } = described[0]!.summary!;
  const what = examplesWord(inputShape);
  const counts =
    testFraction === undefined
      ? `${train.examples} training and ${test.examples} test ${what}`
      : `${train.examples} ${what}, ${formatShare(testFraction)} of them held out for testing`;
  return `${datasetsText(described)}, ${counts}`;
}

function formatShare(share: number): string {
  return `${Number((100 * share).toPrecision(4))} %`;
}

/** Changes that were made to the data, and warnings about them. */
export function oddText({ datasets, warnings }: LoadedData): string[] {
  return [...notesOf(datasets), ...warnings()];
}

/** Codes of data that are not on this machine. The sweep itself would also refuse data that are here and invalid. */
const ABSENT: ReadonlySet<string> = new Set([
  'E_DATA_MISSING',
  'E_DATA_DOWNLOAD',
  'E_DATA_CACHE',
  'E_DATA_DIR',
  'ENOENT',
]);

function isAbsent(error: Error): boolean {
  return ABSENT.has((error as { code?: string }).code ?? '');
}

/** Adds the hint that the results can be read without the data, although the sweep can't run. */
function withWayOut(error: unknown): never {
  if (!(error instanceof Error) || !isAbsent(error)) throw error;
  const { code, hint } = error as { code?: string; hint?: string };
  throw new BbbError(code!, error.message, {
    hint: `${hint ? `${hint} ` : ''}To report results that exist already, type bbb report DIR: it needs no data.`,
    cause: error,
  });
}

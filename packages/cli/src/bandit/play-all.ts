import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  banditTable,
  playBandit,
  startBackend,
  type BanditRun,
  type BanditSettings,
  type Dataset,
  type Registry,
} from '@bbb/core';
import { storedRun, storeRun, type BanditJob } from './runs.js';

export interface PlayAll {
  readonly dir: string;
  readonly jobs: readonly BanditJob[];
  readonly dataset: Dataset;
  readonly settings: BanditSettings;
  readonly registry: Registry;
  readonly signal: AbortSignal;
  /** Called for every run, whether it was played now or earlier. */
  readonly onRun: (run: BanditRun, kept: boolean) => void;
}

/**
 * Plays the runs that were not played yet, one after another. A run is stored when it has ended, so a signal loses only the current run.
 * @returns the finished runs, in the order of the jobs; fewer than jobs after a signal
 */
export async function playAll({
  dir,
  jobs,
  dataset,
  settings,
  registry,
  signal,
  onRun,
}: PlayAll): Promise<BanditRun[]> {
  await mkdir(join(dir, 'runs'), { recursive: true });
  const table = banditTable(dataset, settings.bad);
  const runs: BanditRun[] = [];
  for (const job of jobs) {
    const kept = await storedRun(dir, job);
    if (kept) {
      runs.push(kept);
      onRun(kept, true);
      continue;
    }
    if (signal.aborted) break;
    const ops = await startBackend();
    try {
      const run = await playBandit({ ...job, table, settings, registry, ops, signal });
      await storeRun(dir, job, run);
      runs.push(run);
      onRun(run, false);
    } catch (error) {
      if (signal.aborted && error === signal.reason) break;
      throw error;
    }
  }
  return runs;
}

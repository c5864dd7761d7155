import { headlineOf, type IndexRow, type MetricSpec, type SweepDataset } from '@bbb/core';
import type { SweepConfig } from './config/schema.js';
import { datasetsOfRecord, openRecord } from './read.js';
import { sqlDrivers } from './store/index/database.js';
import { rowOf } from './store/index/rows.js';
import { readIndex, type IndexReading } from './store/index/sqlite-index.js';
import { lockOwner, type LockOwner } from './store/lock/lock.js';
import { indexFile } from './store/names.js';
import { isFree, isOwnFile } from './store/own-open.js';
import { readState } from './store/scan.js';
import type { SweepRecord } from './store/sweep-record.js';

/** The state of a sweep as another process sees it. Reading it does not disturb the sweep. */
export interface SweepStatus {
  /** One row for each trial, in the order of the plan. A row says `running` only while there is an `owner`. */
  readonly trials: readonly IndexRow[];
  /** The process that runs the sweep now, if there is one. */
  readonly owner?: LockOwner;
  /** The data sets of its results, the main set first. */
  readonly datasets: readonly SweepDataset[];
  /** The metric that its trials are judged by, and how it is shown. */
  readonly headline: MetricSpec;
  /** Number of trials that a search has not proposed yet. Absent if there are none. */
  readonly unproposed?: number;
}

/**
 * The state of every trial, from the index, or from the folders where the index is missing or out of date.
 * @param dir folder of the sweep
 * @throws BbbError as {@link readSweep}
 */
export async function sweepStatus(dir: string): Promise<SweepStatus> {
  const record = await openRecord(dir);
  const { trials } = record;
  const datasets = datasetsOfRecord(record);
  const unproposed = unproposedOf(record);
  const rest = { headline: headlineOf(record), ...(unproposed > 0 ? { unproposed } : {}) };
  const owner = await lockOwner(dir);
  const index = fromIndex(dir);
  // The index is written a moment late. If its process died in that moment, only the folders have the last changes.
  if (index?.rows.length === trials.length && (owner || index.closed))
    return {
      datasets,
      trials: owner ? index.rows : index.rows.map(atRest),
      ...(owner ? { owner } : {}),
      ...rest,
    };
  const rows: IndexRow[] = [];
  for (const planned of trials) rows.push(rowOf(planned, await readState(dir, planned, record.data)));
  return { datasets, trials: rows, ...(owner ? { owner } : {}), ...rest };
}

/** How many trials a search that learns has not proposed yet. */
function unproposedOf({ search, trials, config }: SweepRecord): number {
  if (!search) return 0;
  const { search: asked, seeds } = config as unknown as SweepConfig;
  return (asked?.trials ?? 0) * seeds.length - trials.length;
}

function fromIndex(dir: string): IndexReading | undefined {
  const [driver] = sqlDrivers();
  const path = indexFile(dir);
  // Opening a file that does not exist would create it.
  return driver && isIndex(path) ? readIndex(driver, path) : undefined;
}

/** Whether there is an index, and everything that SQLite would open with it is a file. */
function isIndex(path: string): boolean {
  const beside = ['-wal', '-shm', '-journal'].map((suffix) => `${path}${suffix}`);
  return isOwnFile(path) && beside.every((other) => isOwnFile(other) || isFree(other));
}

/** The row of a trial that was running when its process died. */
function atRest(row: IndexRow): IndexRow {
  return row.state === 'running' ? { ...row, state: 'waiting' } : row;
}

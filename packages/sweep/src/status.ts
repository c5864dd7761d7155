import { existsSync } from 'node:fs';
import type { SweepConfig } from './config/schema.js';
import { openRecord } from './read.js';
import { sqlDrivers } from './store/index/database.js';
import { rowOf } from './store/index/rebuild.js';
import { openIndex, type IndexRow } from './store/index/trial-index.js';
import { lockOwner, type LockOwner } from './store/lock.js';
import { indexFile } from './store/names.js';
import { readState } from './store/scan.js';
import type { SweepRecord } from './store/sweep-record.js';

/** A look at a sweep from outside, without disturbing it. */
export interface SweepStatus {
  /** One row for each trial, in the order of the plan. `running` only while `owner` is there. */
  readonly trials: readonly IndexRow[];
  /** The process that runs it now, if one does. */
  readonly owner?: LockOwner;
  /** Trials that a search will propose yet; absent for none. */
  readonly unproposed?: number;
}

/**
 * Where every trial of a sweep is, from the index, or from the folders where there is none.
 * @throws BbbError as {@link readSweep}
 */
export async function sweepStatus(dir: string): Promise<SweepStatus> {
  const record = await openRecord(dir);
  const { trials } = record;
  const unproposed = unproposedOf(record);
  const rest = unproposed > 0 ? { unproposed } : {};
  const owner = await lockOwner(dir);
  const indexed = fromIndex(dir);
  if (indexed && indexed.length === trials.length) {
    // A coordinator that was killed left its trials running.
    const rows = owner
      ? indexed
      : indexed.map((row) => ({ ...row, state: row.state === 'running' ? ('waiting' as const) : row.state }));
    return { trials: rows, ...(owner ? { owner } : {}), ...rest };
  }
  const rows: IndexRow[] = [];
  for (const planned of trials) rows.push(rowOf(planned, await readState(dir, planned)));
  return { trials: rows, ...(owner ? { owner } : {}), ...rest };
}

/** Of a search that learns while it runs. */
function unproposedOf({ search, trials, config }: SweepRecord): number {
  if (!search) return 0;
  const { search: asked, seeds } = config as unknown as SweepConfig;
  return (asked?.trials ?? 0) * seeds.length - trials.length;
}

function fromIndex(dir: string): IndexRow[] | undefined {
  const [driver] = sqlDrivers();
  const path = indexFile(dir);
  // Opening would make it.
  if (!driver || !existsSync(path)) return undefined;
  const index = openIndex(driver, path);
  try {
    return index?.rows();
  } catch {
    return undefined;
  } finally {
    index?.close();
  }
}

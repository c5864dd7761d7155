import { basename, resolve } from 'node:path';
import { datasetsText, type IndexRow, type PlannedTrial, type SweepData } from '@bbb/core';
import { stylesOf } from '@bbb/report';
import { createOutlook, readPlan, sweepStatus, type Outlook, type SweepStatus } from '@bbb/sweep';
import { dimensionsOf, logarithmic, hyperparametersOf, type Hyperparameters } from './dimensions.js';
import { expectedHeadline } from './headline.js';
import type { Dimension, Headline, Method, Snapshot, Summary, TrialRow } from './protocol.js';
import { createReadings, rowOf, UNREAD, type Reading, type Readings } from './rows.js';

/** Values from the plan that stay the same in all looks until the plan grows. */
interface Planned {
  readonly trials: ReadonlyMap<
    string,
    { readonly planned: PlannedTrial; readonly hyperparameters: Hyperparameters }
  >;
  readonly config: Snapshot['config'];
  readonly methods: readonly Method[];
  readonly dimensions: readonly Dimension[];
  readonly curve: Snapshot['curve'];
}

/** Most trials that one look reads. The others are read in the background. */
const AT_ONCE = 40;

/**
 * Looks at a sweep's folder repeatedly, with the readers of `bbb sweep status` and `watch`. A look does not wait until thousands of
 * results are read: trials whose results are not read yet get rows without them, and are counted.
 * @returns a function that throws BbbError as `readSweep` does
 */
export function createLook(dir: string): () => Promise<Snapshot> {
  const readings = createReadings(dir);
  const outlookOf = createOutlook(dir);
  const behind = createBehind(readings);
  const row = createRows();
  let plan: Planned | undefined;
  /** The headline of the first result that was read. */
  let headline: Headline | undefined;
  return async () => {
    const status = await sweepStatus(dir);
    const outlook = await outlookOf(status);
    if (!plan || status.trials.some(({ id }) => !plan!.trials.has(id))) plan = planned(await readPlan(dir));
    const { trials, ...shared } = plan;
    const rows: TrialRow[] = [];
    const unread: IndexRow[] = [];
    let left = AT_ONCE;
    for (const one of status.trials) {
      const known = readings.known(one);
      if (!known && one.state !== 'waiting') left--;
      const wait = !known && left >= 0;
      if (!known && !wait) unread.push(one);
      const reading = known ?? (wait ? await readings.read(one) : UNREAD);
      headline ??= reading.headline;
      rows.push(row(one, reading, trials.get(one.id)!, plan.curve));
    }
    behind(unread);
    return {
      name: basename(resolve(dir)),
      dir,
      summary: { ...summaryOf(status, outlook), unread: unread.length },
      ...shared,
      headline: headline ?? expectedHeadline(status.datasets),
      trials: rows,
    };
  };
}

/** Reads trials in the background, one after another. */
function createBehind(readings: Readings): (rows: readonly IndexRow[]) => void {
  let reading = false;
  const readAll = async (rows: readonly IndexRow[]): Promise<void> => {
    reading = true;
    try {
      for (const row of rows) if (!readings.known(row)) await readings.read(row);
    } catch {
      // The next look gets the same error, and reports it.
    } finally {
      reading = false;
    }
  };
  return (rows) => {
    if (!reading && rows.length > 0) void readAll(rows);
  };
}

/** Rows by trial. The row of an unchanged trial is the same object, which makes finding changes fast. */
function createRows() {
  const made = new Map<
    string,
    { readonly version: string; readonly reading: Reading; readonly row: TrialRow }
  >();
  return (
    one: IndexRow,
    reading: Reading,
    {
      planned: own,
      hyperparameters,
    }: { readonly planned: PlannedTrial; readonly hyperparameters: Hyperparameters },
    curve: Snapshot['curve'],
  ): TrialRow => {
    const version = JSON.stringify(one);
    const before = made.get(one.id);
    if (before?.version === version && before.reading === reading) return before.row;
    const row = rowOf(one, own, hyperparameters, reading, curve);
    made.set(one.id, { version, reading, row });
    return row;
  };
}

function planned({ config, plan }: Pick<SweepData, 'config' | 'plan'>): Planned {
  const trials = plan.map((own) => ({ planned: own, hyperparameters: hyperparametersOf(own.trial) }));
  const styleOf = stylesOf({ config, plan, results: [], missing: [], failed: [] });
  const labels = [...new Set(plan.map(({ label }) => label))];
  const validated = plan.length === 0 || plan.some(({ trial }) => trial.data.validation > 0);
  return {
    trials: new Map(trials.map((own) => [own.planned.id, own])),
    config,
    methods: labels.map((label) => {
      const { color, dash } = styleOf({ label, name: label });
      return { label, color, dash };
    }),
    dimensions: dimensionsOf(
      trials.map(({ hyperparameters }) => hyperparameters),
      logarithmic(config),
    ),
    curve: validated ? 'validation' : 'training',
  };
}

function summaryOf(
  { datasets, owner, unproposed = 0 }: SweepStatus,
  { counts, etaSeconds, fromEpochs, workers }: Outlook,
): Omit<Summary, 'unread'> {
  return {
    counts,
    data: datasetsText(datasets),
    unproposed,
    etaSeconds: etaSeconds ?? null,
    fromEpochs: fromEpochs ?? null,
    workers,
    owner: owner ? { pid: owner.pid, host: owner.host } : null,
  };
}

import { basename, resolve } from 'node:path';
import { datasetsText, type PlannedTrial, type SweepData } from '@bbb/core';
import { stylesOf } from '@bbb/report';
import { readPlan, sweepOutlook, sweepStatus, type Outlook, type SweepStatus } from '@bbb/sweep';
import { dimensionsOf, logarithmic, settingsOf, type Settings } from './dimensions.js';
import type { Dimension, Method, Snapshot, Summary } from './protocol.js';
import { createReadings, rowOf } from './rows.js';

/** What a plan says of all looks until it grows. */
interface Planned {
  readonly trials: ReadonlyMap<string, { readonly planned: PlannedTrial; readonly settings: Settings }>;
  readonly config: Snapshot['config'];
  readonly methods: readonly Method[];
  readonly dimensions: readonly Dimension[];
  readonly curve: Snapshot['curve'];
}

/**
 * Looks at a sweep's folder again and again, with the readers of `bbb sweep status` and `watch`.
 * @returns throws BbbError as `readSweep` does
 */
export function createLook(dir: string): () => Promise<Snapshot> {
  const readingOf = createReadings(dir);
  let plan: Planned | undefined;
  return async () => {
    const status = await sweepStatus(dir);
    const outlook = await sweepOutlook(dir, status);
    if (!plan || status.trials.some(({ id }) => !plan!.trials.has(id))) plan = planned(await readPlan(dir));
    const { trials, ...shared } = plan;
    const rows = [];
    for (const row of status.trials) {
      const { planned: own, settings } = trials.get(row.id)!;
      rows.push(rowOf(row, own, settings, await readingOf(row), plan.curve));
    }
    return {
      name: basename(resolve(dir)),
      dir,
      summary: summaryOf(status, outlook),
      ...shared,
      trials: rows,
    };
  };
}

function planned({ config, plan }: Pick<SweepData, 'config' | 'plan'>): Planned {
  const trials = plan.map((own) => ({ planned: own, settings: settingsOf(own.trial) }));
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
      trials.map(({ settings }) => settings),
      logarithmic(config),
    ),
    curve: validated ? 'validation' : 'training',
  };
}

function summaryOf(
  { datasets, owner, unproposed = 0 }: SweepStatus,
  { counts, etaSeconds, workers }: Outlook,
): Summary {
  return {
    counts,
    data: datasetsText(datasets),
    unproposed,
    etaSeconds: etaSeconds ?? null,
    workers,
    owner: owner ? { pid: owner.pid, host: owner.host } : null,
  };
}

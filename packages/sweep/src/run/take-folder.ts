import { notesOf, type Datasets, type MetricSpec, type Needs } from '@bbb/core';
import { dataWarnings, loadData } from '../executor/data.js';
import { checkFit } from '../plan/check-fit.js';
import { needsOf } from '../plan/needs.js';
import type { Plan } from '../plan/plan.js';
import { identityOf, summariesOf, type DataIdentity } from '../store/data-identity.js';
import { openSweep, type OpenSweep, type Warn } from '../store/open.js';
import type { RunContext } from './run-in-folder.js';

/** A folder that this process has locked, and the data that its trials run on. */
export interface TakenFolder {
  readonly store: OpenSweep;
  readonly needs: Needs;
  readonly datasets: Datasets;
  readonly data: DataIdentity;
  readonly headline: MetricSpec;
  /** Aborted with the reason when another process has taken the folder over. */
  readonly lost: AbortSignal;
}

/**
 * Loads the data, checks that the plan fits them, and locks the folder. The data come first, so that no folder is made or extended if they
 * can't be loaded, and no result is reported before its data were checked.
 */
export async function takeFolder(
  plan: Plan,
  { dir, registry, dataDir, extend, takeOver, ...options }: RunContext,
  warn: Warn,
): Promise<TakenFolder> {
  const needs = needsOf(plan.config, registry);
  const datasets = options.datasets ?? (await loadData(registry, [needs.data], dataDir));
  const headline = checkFit(plan.config, registry, datasets);
  const data = identityOf(datasets);
  for (const note of notesOf(datasets)) warn('I_DATA', note);
  for (const message of dataWarnings(datasets, needs.data)) warn('W_DATA', message);
  const lost = new AbortController();
  const store = await openSweep(dir, plan, {
    extend: extend ?? false,
    takeOver: takeOver ?? false,
    data,
    sets: summariesOf(datasets),
    headline,
    warn,
    onLost: (error) => lost.abort(error),
  });
  return { store, needs, datasets, data, headline, lost: lost.signal };
}

import type { PlannedTrial } from '@bbb/core';
import type { SweepConfig } from '../config/schema.js';
import { readEpochs } from '../read.js';
import { lossOf } from '../search/objective.js';
import type { Searcher } from '../search/searcher.js';
import { trialFolder } from '../store/names.js';
import { readResult } from '../store/result-file.js';
import type { TrialState } from '../store/scan.js';
import { writeSweepRecord, type SearchRecord, type SweepRecord } from '../store/sweep-record.js';

/** A search that learns while it runs. What it proposed, and knew then, is in sweep.json before any of it runs. */
export interface LiveSearch {
  /** Trials of the next configuration; undefined when all have been proposed. */
  next(): Promise<readonly PlannedTrial[] | undefined>;
  /** A trial came to its end; without a loss when it failed. */
  ended(planned: PlannedTrial, loss: number | undefined): void;
}

/** @param states of the trials so far; trials that are to be tried again count as open */
export async function startSearch(
  dir: string,
  searcher: Searcher,
  config: SweepConfig,
  stored: SweepRecord,
  states: ReadonlyMap<string, TrialState>,
  retry: ReadonlySet<string>,
): Promise<LiveSearch> {
  let record = stored;
  const { proposals, completed }: SearchRecord = record.search ?? { proposals: [], completed: [] };
  const history = [...completed];
  const losses = new Map<string, (number | undefined)[]>();

  const ended = ({ configuration }: PlannedTrial, loss: number | undefined): void => {
    const known = [...(losses.get(configuration) ?? []), loss];
    losses.set(configuration, known);
    if (known.length < config.seeds.length || history.some((entry) => entry.configuration === configuration))
      return;
    history.push({ configuration, loss: mean(known) });
  };
  // What ended without being noted, because the process died, counts as having ended in the order of the plan.
  for (const planned of record.trials) {
    const state = states.get(planned.id)?.state ?? 'open';
    if (state !== 'open' && !retry.has(planned.id))
      ended(planned, await storedLoss(dir, planned, state, config));
  }
  const all = [...proposals];
  return {
    ended,
    async next() {
      if (all.length >= searcher.total) return undefined;
      const points = new Map(all.map(({ configuration, point }) => [configuration, point]));
      const observations = history.flatMap(({ configuration, loss }) => {
        const point = points.get(configuration);
        return point ? [{ point, loss: loss ?? Infinity }] : [];
      });
      const { proposal, trials } = searcher.propose(all, observations);
      all.push(proposal);
      record = {
        ...record,
        trials: [...record.trials, ...trials],
        search: { proposals: [...all], completed: [...history] },
      };
      await writeSweepRecord(dir, record);
      return trials;
    },
  };
}

/** What a configuration scored; null when one of its trials has no loss. */
function mean(losses: readonly (number | undefined)[]): number | null {
  const known = losses.filter((loss) => loss !== undefined);
  return known.length < losses.length ? null : known.reduce((a, b) => a + b, 0) / known.length;
}

/** The loss of a trial that ended earlier, from its folder. */
export async function storedLoss(
  dir: string,
  { id }: PlannedTrial,
  state: TrialState['state'],
  config: SweepConfig,
): Promise<number | undefined> {
  if (state === 'stopped-early') return lossOf(await readEpochs(dir, id), config);
  if (state !== 'done') return undefined;
  const stored = await readResult(trialFolder(dir, id), id);
  return stored.state === 'done' ? lossOf(stored.result.epochs, config) : undefined;
}

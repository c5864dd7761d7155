import type { PlannedTrial } from '@bbb/core';
import type { SweepConfig } from '../config/schema.js';
import { readEpochs } from '../read.js';
import { lossOf } from '../search/objective.js';
import type { Searcher } from '../search/searcher.js';
import { trialFolder } from '../store/names.js';
import { readResult } from '../store/result-file.js';
import type { TrialState } from '../store/scan.js';
import {
  writeSweepRecord,
  type Completed,
  type SearchRecord,
  type SweepRecord,
} from '../store/sweep-record.js';

/** A search that learns while it runs. sweep.json holds each proposal, and the scores that it was based on, before its trials run. */
export interface LiveSearch {
  /** The trials of the next configuration. Undefined when all configurations have been proposed. */
  next(): Promise<readonly PlannedTrial[] | undefined>;
  /** Records that a trial ended for good. `loss` is undefined when the trial failed. */
  ended(planned: PlannedTrial, loss: number | undefined): void;
}

/** @param states states of the trials so far; trials that will be tried again count as open */
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
  const history = stillTrue(completed, record.trials, states, retry);
  const losses = new Map<string, (number | undefined)[]>();

  const ended = ({ configuration }: PlannedTrial, loss: number | undefined): void => {
    const known = [...(losses.get(configuration) ?? []), loss];
    losses.set(configuration, known);
    if (known.length < config.seeds.length || history.some((entry) => entry.configuration === configuration))
      return;
    history.push({ configuration, ...score(known) });
  };
  // Trials that ended just before the process died are not recorded yet. They are recorded in the order of the plan.
  for (const planned of record.trials) {
    const state = states.get(planned.id);
    if (state && state.state !== 'open' && !retry.has(planned.id))
      ended(planned, await storedLoss(dir, planned, state, config));
  }
  const all = [...proposals];
  return {
    ended,
    async next() {
      if (all.length >= searcher.total) return undefined;
      const points = new Map(all.map(({ configuration, point }) => [configuration, point]));
      const observations = history.flatMap(({ configuration, loss, standardError }) => {
        const point = points.get(configuration);
        const spread = standardError === undefined ? {} : { standardError };
        return point ? [{ point, loss: loss ?? Infinity, ...spread }] : [];
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

/** Leaves out configurations that failed earlier, if their failed trials run again now. */
function stillTrue(
  completed: readonly Completed[],
  trials: readonly PlannedTrial[],
  states: ReadonlyMap<string, TrialState>,
  retry: ReadonlySet<string>,
): Completed[] {
  const failed = trials.filter(({ id }) => states.get(id)?.state === 'failed' && !retry.has(id));
  const lost = new Set(failed.map(({ configuration }) => configuration));
  return completed.filter(({ configuration, loss }) => loss !== null || lost.has(configuration));
}

/** The score of a configuration from its losses, one for each seed; undefined for a failed trial. */
function score(losses: readonly (number | undefined)[]): Omit<Completed, 'configuration'> {
  // The losses are summed in the order of their size, so that the last bits do not depend on which seed ended first.
  const known = losses.filter((loss) => loss !== undefined).toSorted((a, b) => a - b);
  const n = known.length;
  if (n < losses.length) return { loss: null };
  const loss = known.reduce((a, b) => a + b, 0) / n;
  if (n === 1) return { loss };
  const squares = known.reduce((sum, each) => sum + (each - loss) ** 2, 0);
  return { loss, standardError: Math.sqrt(squares / (n - 1) / n) };
}

/** The loss of a trial that ended earlier, from its folder. */
export async function storedLoss(
  dir: string,
  { id }: PlannedTrial,
  state: TrialState,
  config: SweepConfig,
): Promise<number | undefined> {
  // The trial may have run an epoch or two more before the decision reached it. Those epochs must not change what is learnt.
  if (state.state === 'stopped-early')
    return lossOf((await readEpochs(dir, id)).slice(0, state.epochs), config);
  if (state.state !== 'done') return undefined;
  // The scan that gave this state has checked the result against the data of the sweep.
  const stored = await readResult(trialFolder(dir, id), id, undefined);
  return stored.state === 'done' ? lossOf(stored.result.epochs, config) : undefined;
}

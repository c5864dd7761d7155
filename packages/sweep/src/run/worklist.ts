import type { PlannedTrial } from '@bbb/core';
import type { Plan } from '../plan/plan.js';
import type { OpenSweep } from '../store/open.js';
import { createTally, type Tally } from './tally.js';

/** The trials that are left to run in a folder. */
export interface Worklist {
  /** Trials to run now; a search that learns proposes more later. */
  readonly open: readonly PlannedTrial[];
  /** Failed trials that run again. */
  readonly retry: ReadonlySet<string>;
  /** How many trials may still run, including those that are not proposed yet. */
  readonly most: number;
  /** How often each trial was started in earlier runs. */
  readonly attempts: ReadonlyMap<string, number>;
  readonly tally: Tally;
}

export function worklistOf({ search, config }: Plan, store: OpenSweep, retryFailed: boolean): Worklist {
  const { trials, states } = store;
  const stateOf = (id: string) => states.get(id)?.state;
  const failed = retryFailed ? trials.filter(({ id }) => stateOf(id) === 'failed') : [];
  const retry = new Set(failed.map(({ id }) => id));
  const open = trials.filter(({ id }) => stateOf(id) === 'open' || retry.has(id));
  const planned = search ? search.total * config.seeds.length : trials.length;
  return {
    open,
    retry,
    most: open.length + planned - trials.length,
    attempts: new Map([...states].map(([id, { attempts }]) => [id, attempts])),
    tally: createTally(trials, states, retry, planned),
  };
}

/** What a running trial reports after an epoch; lower is better. */
export interface Report {
  readonly trial: string;
  /** Number of the epoch, from 1. */
  readonly epoch: number;
  readonly loss: number;
}

/**
 * Decides after each epoch whether a trial goes on. It gets the reports of all competing trials: in a search, of all trials; in other sweeps, of
 * the other configurations of the same method and network. It is pure: a function of the reports in the order of their arrival, of which the last
 * one is to be decided on. So decisions are the same after a crash, when the reports are replayed.
 */
export interface Scheduler {
  decide(reports: readonly Report[]): 'continue' | 'stop';
}

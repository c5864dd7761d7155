/** What a running trial reports after an epoch; lower is better. */
export interface Report {
  readonly trial: string;
  /** From 1. */
  readonly epoch: number;
  readonly loss: number;
}

/**
 * Decides after each epoch whether a trial goes on. It is given the reports of the trials that compete with this one: in a
 * search all of them, in other sweeps the other configurations of its method and network. Pure: a function of the reports in the order of their arrival, the last
 * one being the one to decide on. So decisions are the same after a crash that replays the reports.
 */
export interface Scheduler {
  decide(reports: readonly Report[]): 'continue' | 'stop';
}

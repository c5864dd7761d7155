/** A program that runs six trials, one after the other, and that can be killed. */
export interface Contender {
  readonly name: string;
  /** The command, which is the same for every run. It stores its results in this folder. */
  readonly command: (dir: string) => readonly string[];
  /** The event in a line of its output. */
  readonly read: (line: string) => 'start' | 'step' | undefined;
  /** The trials in the folder. */
  readonly count: (dir: string) => Count;
}

/** Trials by how they ended. */
export interface Count {
  readonly done: number;
  readonly failed: number;
  /** Number of trials that are shown as running, although their process has ended. */
  readonly running: number;
}

export const TRIALS = 6;
/** Steps of each trial. */
export const STEPS = 20;

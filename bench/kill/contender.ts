/** Something that runs six trials, one after the other, and that can be killed. */
export interface Contender {
  readonly name: string;
  /** The command, the same each time; it keeps what it does in this folder. */
  readonly command: (dir: string) => readonly string[];
  /** What a line of its output tells. */
  readonly read: (line: string) => 'start' | 'step' | undefined;
  /** What is in the folder. */
  readonly count: (dir: string) => Count;
}

/** Trials by how they ended. */
export interface Count {
  readonly done: number;
  readonly failed: number;
  /** Shown as being run, although no process is left that could. */
  readonly running: number;
}

export const TRIALS = 6;
/** Of each trial. */
export const STEPS = 20;

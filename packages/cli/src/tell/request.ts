import type { FailedTrial } from '@bbb/core';
import type { Question } from '@bbb/report';

interface Common {
  /** Where files go. */
  readonly out: string;
  /** Names of formats; none: nothing is written. */
  readonly formats: readonly string[];
  /** Columns of the terminal. */
  readonly width: number;
}

/** What is to be told of a sweep's folder, or of two side by side. Plain JSON: it goes to a thread. */
export type TellRequest = TellSweep | TellComparison;

export interface TellSweep extends Common {
  readonly kind: 'sweep';
  /** As it was typed. */
  readonly dir: string;
  readonly question?: Question;
  /** What was typed to get the results, if it is known. */
  readonly command?: string;
  /** Measures the seeds of each configuration as an ensemble. */
  readonly ensembles?: {
    readonly plugins?: readonly string[] | undefined;
    readonly dataDir?: string | undefined;
  };
  /** Looks for the target error of `question` between the sparsities of the sweep. */
  readonly refine?: {
    readonly plugins?: readonly string[] | undefined;
    readonly dataDir?: string | undefined;
  };
  /** Whether the text begins with the data that the results are of. */
  readonly nameData?: boolean;
  /** Whether what is told matters more than the files: why there are none is told as well. */
  readonly filesMayFail?: boolean;
}

export interface TellComparison extends Common {
  readonly kind: 'comparison';
  readonly dirs: readonly [string, string];
  readonly names: readonly [string, string];
  readonly sparsity: number | undefined;
}

/** What there is to tell, and what was written. */
export interface Told {
  /** For standard output. */
  readonly text: string;
  readonly warnings: readonly string[];
  readonly written: readonly string[];
  /** The same as data. */
  readonly answer: string;
  readonly tables: readonly Record<string, unknown>[];
  readonly failed: readonly FailedTrial[];
}

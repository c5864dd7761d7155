import type { FailedTrial } from '@bbb/core';
import type { Question } from '@bbb/report';

interface Common {
  /** The folder for the files. */
  readonly out: string;
  /** Names of formats. If there are none, no file is written. */
  readonly formats: readonly string[];
  /** Columns of the terminal. */
  readonly width: number;
}

/** What to report of a sweep's folder, or of two folders side by side. Plain JSON, because it is sent to a thread. */
export type ReportRequest = SweepRequest | ComparisonRequest;

export interface SweepRequest extends Common {
  readonly kind: 'sweep';
  /** The folder as the user typed it. */
  readonly dir: string;
  readonly question?: Question;
  /** The command that made the results, if it is known. */
  readonly command?: string;
  /** Options for measuring the seeds of each configuration as an ensemble. */
  readonly ensembles?: {
    readonly plugins?: readonly string[] | undefined;
    readonly dataDir?: string | undefined;
  };
  /** Options for refining the sparsity of `question`'s target error between the sparsities of the sweep. */
  readonly refine?: {
    readonly plugins?: readonly string[] | undefined;
    readonly dataDir?: string | undefined;
  };
  /** Whether the text begins with the data that the results belong to. */
  readonly nameData?: boolean;
  /** Whether the text matters more than the files. If so, a failure to write files becomes a warning. */
  readonly filesMayFail?: boolean;
}

export interface ComparisonRequest extends Common {
  readonly kind: 'comparison';
  readonly dirs: readonly [string, string];
  readonly names: readonly [string, string];
  readonly sparsity: number | undefined;
}

/** The texts for the user, and the files that were written. */
export interface Report {
  /** The text for standard output. */
  readonly text: string;
  readonly warnings: readonly string[];
  readonly written: readonly string[];
  /** The answer alone, as data. */
  readonly answer: string;
  readonly tables: readonly Record<string, unknown>[];
  readonly failed: readonly FailedTrial[];
}

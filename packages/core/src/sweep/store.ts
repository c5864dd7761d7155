/** State of a trial. */
export type IndexState = 'waiting' | 'running' | 'done' | 'stopped-early' | 'failed' | 'diverged';

/** Overview of one trial. */
export interface IndexRow {
  readonly id: string;
  readonly label: string;
  readonly variant: string;
  readonly configuration: string;
  readonly seed: number;
  readonly state: IndexState;
  readonly attempts: number;
  /** Number of epochs done, of `epochs`. */
  readonly epoch: number;
  readonly epochs: number;
  /** While the trial runs: the part of the current epoch that is done, or of the evaluation once all epochs are, in [0, 1]. */
  readonly phaseShare: number;
  /** Seconds that this part took. */
  readonly phaseSeconds: number;
  /** Validation error of the last epoch, a fraction or an RMSE in the target's unit; null without validation. */
  readonly validationError: number | null;
  /** Message of the last failure. */
  readonly error: string | null;
  /** SHA-256 of result.json. */
  readonly sha256: string | null;
}

/** The changes of a row. */
export type IndexPatch = Partial<
  Pick<
    IndexRow,
    'state' | 'attempts' | 'epoch' | 'phaseShare' | 'phaseSeconds' | 'validationError' | 'error' | 'sha256'
  >
>;

/**
 * An index of the trials of a sweep, for readers outside. The folders of the trials are the truth: the index is made from them whenever a sweep
 * is opened, and follows with a short delay. An index that throws, or rejects, is not used until the next start; no result depends on it. A call
 * begins when the previous one has ended.
 */
export interface TrialIndex {
  /** Adds rows at the end of the plan. */
  add(rows: readonly IndexRow[]): void | Promise<void>;
  /** Changes rows. Each id occurs at most once. */
  update(changes: readonly (IndexPatch & Pick<IndexRow, 'id'>)[]): void | Promise<void>;
  /** In the order of the plan. */
  rows(): readonly IndexRow[] | Promise<readonly IndexRow[]>;
  close(): void | Promise<void>;
}

export interface StoreContext {
  /** The sweep's folder, absolute; it is locked by this process. */
  readonly dir: string;
  /** The present content of the folders, in the order of the plan. */
  readonly rows: readonly IndexRow[];
}

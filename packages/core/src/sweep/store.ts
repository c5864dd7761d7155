/** Where a trial is. */
export type IndexState = 'waiting' | 'running' | 'done' | 'stopped-early' | 'failed' | 'diverged';

/** What is known of one trial at a glance. */
export interface IndexRow {
  readonly id: string;
  readonly label: string;
  readonly variant: string;
  readonly configuration: string;
  readonly seed: number;
  readonly state: IndexState;
  readonly attempts: number;
  /** Epochs done, of `epochs`. */
  readonly epoch: number;
  readonly epochs: number;
  /** Validation error of the last epoch, a fraction or an RMSE in the target's unit; null without validation. */
  readonly validationError: number | null;
  /** What the last failure said. */
  readonly error: string | null;
  /** SHA-256 of result.json. */
  readonly sha256: string | null;
}

/** What changes in a row. */
export type IndexPatch = Partial<
  Pick<IndexRow, 'state' | 'attempts' | 'epoch' | 'validationError' | 'error' | 'sha256'>
>;

/**
 * An index of a sweep's trials, for those who look on from outside. The folders of the trials are the truth: the index is
 * made from them whenever a sweep is opened, and follows a moment behind. One that throws, or rejects, is left out until
 * the next start; no result depends on it. A call begins when the one before has ended.
 */
export interface TrialIndex {
  /** Adds rows at the end of the plan. */
  add(rows: readonly IndexRow[]): void | Promise<void>;
  /** Changes rows, each named by its id once at most. */
  update(changes: readonly (IndexPatch & Pick<IndexRow, 'id'>)[]): void | Promise<void>;
  /** In the order of the plan. */
  rows(): readonly IndexRow[] | Promise<readonly IndexRow[]>;
  close(): void | Promise<void>;
}

export interface StoreContext {
  /** The sweep's folder, absolute; it is locked by this process. */
  readonly dir: string;
  /** What the folders hold now, in the order of the plan. */
  readonly rows: readonly IndexRow[];
}

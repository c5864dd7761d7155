/** Where a trial is, a few times a second at most. */
export interface TrialProgress {
  readonly phase: 'train' | 'evaluate';
  /** The epoch under way, from 1. */
  readonly epoch: number;
  readonly epochs: number;
  /** Done share of the epoch (`train`) or of the measurements (`evaluate`), in [0, 1]. */
  readonly share: number;
  /** Mean training negative log-likelihood of the epoch so far, nats per example; NaN while it is measured (`evaluate`). */
  readonly trainNll: number;
  /** How many threads work for it, where that is more than one. */
  readonly threads?: number;
}

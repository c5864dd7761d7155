/** The progress of a trial; sent a few times a second at most. */
export interface TrialProgress {
  readonly phase: 'train' | 'evaluate';
  /** The current epoch, from 1. */
  readonly epoch: number;
  readonly epochs: number;
  /** The share of the epoch (`train`) or of the measurements (`evaluate`) that is done, in [0, 1]. */
  readonly share: number;
  /** Mean training negative log-likelihood of the epoch so far, in nats per example. NaN during measurements (`evaluate`). */
  readonly trainNll: number;
  /** Number of threads that work for the trial, if there are several. */
  readonly threads?: number;
}

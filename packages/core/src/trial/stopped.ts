import { BbbError } from '../errors.js';

/** The trial was asked to stop, and did so after an epoch whose checkpoint is stored. Not a failure. */
export class TrialStopped extends BbbError {
  override readonly name = 'TrialStopped';

  constructor(
    /** Epochs done. */
    readonly epoch: number,
  ) {
    super('E_STOPPED', `Stopped after epoch ${epoch}.`);
  }
}

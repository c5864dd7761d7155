import { BbbError } from '../errors.js';

/** The trial was asked to stop, and stopped after an epoch whose checkpoint is stored, or while its networks were measured. This is not a failure. */
export class TrialStopped extends BbbError {
  override readonly name = 'TrialStopped';

  constructor(
    /** Number of epochs that are done. */
    readonly epoch: number,
  ) {
    super('E_STOPPED', `Stopped after epoch ${epoch}.`);
  }
}

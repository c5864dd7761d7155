import { BbbError } from '../errors.js';

/** A safetensors file that is damaged or can't be read, or tensors that can't be written. */
export class CheckpointError extends BbbError {
  override readonly name = 'CheckpointError';

  constructor(
    code: 'E_CHECKPOINT_DAMAGED' | 'E_CHECKPOINT_MISSING' | 'E_CHECKPOINT_UNREADABLE' | 'E_CHECKPOINT_TENSOR',
    message: string,
    hint: string,
    cause?: unknown,
  ) {
    super(code, message, { hint, cause });
  }
}

export function damaged(reason: string): CheckpointError {
  return new CheckpointError(
    'E_CHECKPOINT_DAMAGED',
    `This is not a whole safetensors file: ${reason}.`,
    'Use another checkpoint; a trial that is run again writes a new one.',
  );
}

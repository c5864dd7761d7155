import { BbbError } from '../errors.js';

/** A file that is not the safetensors it claims to be. */
export class CheckpointError extends BbbError {
  override readonly name = 'CheckpointError';

  constructor(code: 'E_CHECKPOINT_DAMAGED' | 'E_CHECKPOINT_TENSOR', message: string, hint: string) {
    super(code, message, { hint });
  }
}

import { BbbError } from '@bbb/base';

/** A file that can't be opened: damaged, hostile, or something else. */
export function damaged(what: string): BbbError {
  return new BbbError('E_MODEL_FILE', `This model file can't be opened: ${what}.`, {
    hint: 'Write it again with bbb export --format sparse.',
  });
}

import { BbbError } from '@bbb/core';

/** Error for a damaged picture (`E_DATA_PICTURE`). */
export function damagedPicture(path: string, what: string, cause?: unknown): BbbError {
  return new BbbError('E_DATA_PICTURE', `${path} is damaged: ${what}.`, {
    hint: 'Fetch or export it again, or take it out of the folder.',
    cause,
  });
}

/** Error for an intact file of a kind that is not supported. */
export function otherKind(path: string, what: string, hint: string): BbbError {
  return new BbbError('E_DATA_PICTURE_KIND', `${path} ${what}.`, { hint });
}

/** Error for a folder that does not have one sub-folder for each class. */
export function wrongFolder(message: string, hint: string = LAYOUT): BbbError {
  return new BbbError('E_DATA_FOLDER', message, { hint });
}

const LAYOUT =
  'Put the pictures into one folder for each class, below train/ and test/, or all in one with --test-fraction 0.2.';

import { BbbError } from '@bbb/core';

/** What a user reads of one picture that can't be used: damaged (`E_DATA_PICTURE`), or of a kind that is not read. */
export function damagedPicture(path: string, what: string, cause?: unknown): BbbError {
  return new BbbError('E_DATA_PICTURE', `${path} is damaged: ${what}.`, {
    hint: 'Fetch or export it again, or take it out of the folder.',
    cause,
  });
}

/** A sound file of a kind that is not read. */
export function otherKind(path: string, what: string, hint: string): BbbError {
  return new BbbError('E_DATA_PICTURE_KIND', `${path} ${what}.`, { hint });
}

/** A folder that is not laid out as one with a sub-folder for each class. */
export function wrongFolder(message: string, hint: string = LAYOUT): BbbError {
  return new BbbError('E_DATA_FOLDER', message, { hint });
}

const LAYOUT =
  'Put the pictures into one folder for each class, below train/ and test/, or all in one with --test-fraction 0.2.';

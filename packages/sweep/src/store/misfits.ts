import { cutText } from '@bbb/core';
import type { z } from 'zod';

/** Members that a message names; a file of another kind lacks them all. */
const MOST = 3;

/** What a schema found, member by member, in one line: `"epochs.0.kl" (expected number, received null)`. */
export function misfits({ issues }: z.ZodError): string {
  const shown = issues.slice(0, MOST).map(({ path, message }) => {
    // Names of members come from the file, too.
    const where = cutText(path.join('.') || 'it', 100);
    return `"${where}" (${cutText(message.replace(/^Invalid input: /, ''), 200)})`;
  });
  const rest = issues.length - shown.length;
  return `${shown.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}

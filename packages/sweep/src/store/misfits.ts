import { cutText } from '@bbb/core';
import type { z } from 'zod';

/** How many members a message names: a file of another kind would lack all of them. */
const MOST = 3;

/** The problems that a schema found, in one line: `"epochs.0.kl" (expected number, received null)`. */
export function misfits({ issues }: z.ZodError): string {
  const shown = issues.slice(0, MOST).map(({ path, message }) => {
    // Member names come from the file, so they are cut as well.
    const where = cutText(path.join('.') || 'it', 100);
    return `"${where}" (${cutText(message.replace(/^Invalid input: /, ''), 200)})`;
  });
  const rest = issues.length - shown.length;
  return `${shown.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}

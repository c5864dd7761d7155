import { say, sayMarked } from '../io/output.js';
// Not all of core, which takes longer to load than most commands do.
import { cutText } from '@bbb/core/errors';
import { describeFailure } from './describe.js';

/** Characters of a stack trace with its causes. */
const MOST_STACK = 16_000;

/** Prints what was thrown, without a stack trace unless BBB_DEBUG is set, and gives the exit code. */
export function reportFailure(thrown: unknown): number {
  const { message, hint, code, exitCode } = describeFailure(thrown);
  if (message !== '') sayMarked(['red', 'bold'], 'error:', cutText(message));
  if (hint !== undefined) sayMarked('cyan', 'hint:', cutText(hint));
  if (code !== undefined) sayMarked('dim', 'more:', `bbb explain ${code}`);
  if (message !== '' && process.env['BBB_DEBUG']) say(cutText(stackOf(thrown), MOST_STACK));
  return exitCode;
}

/** With the causes. */
function stackOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  const own = thrown.stack ?? String(thrown);
  return thrown.cause === undefined ? own : `${own}\ncaused by: ${stackOf(thrown.cause)}`;
}

import { say, sayMarked } from '../io/output.js';
// Import only this file, because loading all of core takes longer than most commands.
import { cutText } from '@bbb/core/errors';
import { describeFailure } from './describe.js';

/** Most characters of a stack trace with its causes. */
const MOST_STACK = 16_000;

/** Prints what was thrown, with a stack trace only if BBB_DEBUG is set, and returns the exit code. */
export function reportFailure(thrown: unknown): number {
  const { message, hint, code, exitCode } = describeFailure(thrown);
  if (message !== '') sayMarked(['red', 'bold'], 'error:', cutText(message));
  if (hint !== undefined) sayMarked('cyan', 'hint:', cutText(hint));
  if (code !== undefined) sayMarked('dim', 'more:', `bbb explain ${code}`);
  if (message !== '' && process.env['BBB_DEBUG']) say(cutText(stackOf(thrown), MOST_STACK));
  return exitCode;
}

/** The stack trace of an error and of its causes. */
function stackOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  const own = thrown.stack ?? String(thrown);
  return thrown.cause === undefined ? own : `${own}\ncaused by: ${stackOf(thrown.cause)}`;
}

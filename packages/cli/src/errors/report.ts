import { say } from '../io/output.js';
import { styled } from '../io/style.js';
import { describeFailure } from './describe.js';

/** Prints what was thrown, without a stack trace unless BBB_DEBUG is set, and gives the exit code. */
export function reportFailure(thrown: unknown): number {
  const { message, hint, exitCode } = describeFailure(thrown);
  const style = styled(process.stderr);
  if (message !== '') say(`${style(['red', 'bold'], 'error:')} ${message}`);
  if (hint !== undefined) say(`${style('cyan', 'hint:')} ${hint}`);
  if (message !== '' && process.env['BBB_DEBUG']) say(stackOf(thrown));
  return exitCode;
}

/** With the causes. */
function stackOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  const own = thrown.stack ?? String(thrown);
  return thrown.cause === undefined ? own : `${own}\ncaused by: ${stackOf(thrown.cause)}`;
}

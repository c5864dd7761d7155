import { CommanderError } from 'commander';
import { CODES } from '../explain/codes.js';
import { EXIT } from './exit-codes.js';
import type { Failure } from './failure.js';
import { describeSystemError } from './system.js';

/**
 * The one place that turns something thrown into words and an exit code.
 *
 * @param thrown anything; an error without a code is reported as unexpected, with exit code 1
 */
export function describeFailure(thrown: unknown): Failure {
  // Commander has shown help or the version. Typing mistakes are a UsageError instead (see CliCommand).
  if (thrown instanceof CommanderError) return { message: '', exitCode: EXIT.done };
  if (!(thrown instanceof Error)) return unexpected(String(thrown));
  const { code, hint } = thrown as { code?: unknown; hint?: unknown };
  if (typeof code === 'string' && /^(E|KERNEL)_/.test(code)) {
    return {
      message: thrown.message,
      ...(typeof hint === 'string' ? { hint } : {}),
      ...(Object.hasOwn(CODES, code) && code !== 'E_USAGE' ? { code } : {}),
      exitCode: EXIT_CODES[code] ?? EXIT.usage,
    };
  }
  return describeSystemError(thrown) ?? unexpected(`${thrown.name}: ${thrown.message}`);
}

/** Exit codes of errors that are not usage errors. All other coded errors concern the user's request. */
const EXIT_CODES: Readonly<Record<string, number>> = {
  E_STORE_DAMAGED: EXIT.damaged,
  E_DISK_FULL: EXIT.disk,
  E_DIVERGED: EXIT.failed,
};

function unexpected(message: string): Failure {
  return {
    message: `Something went wrong that bbb did not expect. ${message}`,
    hint: 'Set BBB_DEBUG=1 to see where, and report that text with the command and the output of bbb --version.',
    exitCode: EXIT.failed,
  };
}

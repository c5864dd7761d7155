import { CommanderError } from 'commander';
import { EXIT } from './exit-codes.js';
import type { Failure } from './failure.js';
import { describeSystemError } from './system.js';

/**
 * The one place that turns something thrown into words and an exit code.
 * @param command what was called, to name its help
 */
export function describeFailure(thrown: unknown, command?: string): Failure {
  if (thrown instanceof CommanderError) return describeCommander(thrown, command);
  if (!(thrown instanceof Error)) return unexpected(String(thrown));
  const { code, hint } = thrown as { code?: unknown; hint?: unknown };
  if (typeof code === 'string' && /^(E|KERNEL)_/.test(code)) {
    return {
      message: thrown.message,
      ...(typeof hint === 'string' ? { hint } : {}),
      exitCode: EXIT_CODES[code] ?? EXIT.usage,
    };
  }
  return describeSystemError(thrown) ?? unexpected(`${thrown.name}: ${thrown.message}`);
}

/** Help and version end well; everything else that commander throws is about what was typed. */
function describeCommander({ exitCode, message, code }: CommanderError, command?: string): Failure {
  if (exitCode === 0 || code === 'commander.help') return { message: '', exitCode: EXIT.done };
  const help = command === undefined || code === 'commander.unknownCommand' ? 'bbb' : `bbb ${command}`;
  const [first, ...rest] = message.replace(/^error: /, '').split('\n');
  return {
    message: sentence(first!),
    hint: rest.length > 0 ? rest.join(' ').replace(/^\((.*)\)$/, '$1') : `${help} --help says what there is.`,
    exitCode: EXIT.usage,
  };
}

/** Coded errors are about what was asked for, but for these. */
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

function sentence(text: string): string {
  const capital = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?)]$/.test(capital) ? capital : `${capital}.`;
}

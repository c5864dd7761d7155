import type { Command } from 'commander';
import { UsageError } from '../errors/usage.js';

type Flags = Readonly<Record<string, unknown>>;

/** An option that has a meaning only together with another one. */
export interface Need {
  /** Long names, e.g. `--force`. */
  readonly options: readonly string[];
  readonly met: (flags: Flags) => boolean;
  /** The option that they need, as the user types it. */
  readonly without: string;
}

/**
 * Lets a command refuse typed options that it would ignore.
 * @throws UsageError when the command runs
 */
export function addNeeds(command: Command, needs: readonly Need[]): Command {
  return command.hook('preAction', (_, run) => {
    // Commander also calls the hook for subcommands.
    if (run !== command) return;
    for (const { options, met, without } of needs) {
      const typed = command.options.find(
        (option) =>
          options.includes(option.long!) && command.getOptionValueSource(option.attributeName()) === 'cli',
      );
      if (!typed || met(command.opts())) continue;
      throw new UsageError(
        `${typed.long} has no effect without ${without}.`,
        `Add ${without}, or leave ${typed.long} out.`,
      );
    }
  });
}

import type { Command } from 'commander';
import { subcommand } from '../parse/command.js';

/** `help`, which also finds subcommands, and refuses unknown names. Add it last, so that it is listed last. */
export function addHelpCommand(parent: Command): void {
  parent
    .helpCommand(false)
    .command('help')
    .description('show help for a command')
    .argument('[command...]')
    .action((path: readonly string[]) => path.reduce(subcommand, parent).outputHelp());
}

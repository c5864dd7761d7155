import { InvalidArgumentError, type Command } from 'commander';
import { text } from '../parse/list.js';
import type { OnExit } from './on-exit.js';

/** `bbb completion` */
export function addCompletion(program: Command, onExit: OnExit): void {
  program
    .command('completion')
    .description('a script that lets a shell complete commands, options and their values')
    .argument('<shell>', 'bash, zsh or fish', shell)
    .addHelpText(
      'after',
      `
In a start-up file of the shell:
  eval "$(bbb completion bash)"     ~/.bashrc
  eval "$(bbb completion zsh)"      ~/.zshrc, after compinit
  bbb completion fish | source      ~/.config/fish/config.fish`,
    )
    .action(async (name: Shell) =>
      onExit(await (await import('../commands/completion.js')).completion(name, program)),
    );
}

const SHELLS = ['bash', 'zsh', 'fish'] as const;
type Shell = (typeof SHELLS)[number];

function shell(value: string): Shell {
  const found = SHELLS.find((name) => name === text(value));
  if (found) return found;
  throw new InvalidArgumentError(`Expected one of ${SHELLS.join(', ')}.`);
}

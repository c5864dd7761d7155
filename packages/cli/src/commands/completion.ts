import type { Command } from 'commander';
import { bashScript } from '../completion/bash.js';
import { fishScript } from '../completion/fish.js';
import { completedCommands } from '../completion/tree.js';
import { zshScript } from '../completion/zsh.js';
import { print } from '../io/output.js';

const SCRIPTS = { bash: bashScript, zsh: zshScript, fish: fishScript };

/** `bbb completion`: a script that is made from the program's own commands, so that it is always up to date. */
export async function completion(shell: keyof typeof SCRIPTS, program: Command): Promise<number> {
  await print(SCRIPTS[shell](completedCommands(program)));
  return 0;
}

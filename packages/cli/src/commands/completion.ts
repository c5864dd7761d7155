import { PLUGIN_KINDS } from '@bbb/core';
import type { Command } from 'commander';
import { bashScript } from '../completion/bash.js';
import { fishScript } from '../completion/fish.js';
import { completedCommands } from '../completion/tree.js';
import { zshScript } from '../completion/zsh.js';
import { print } from '../io/output.js';
import { loadRegistry } from '../io/registry.js';

const SCRIPTS = { bash: bashScript, zsh: zshScript, fish: fishScript };

/** `bbb completion`: a script that is made from the program's own commands, so that it is always up to date. */
export async function completion(shell: keyof typeof SCRIPTS, program: Command): Promise<number> {
  const { registry } = await loadRegistry();
  const namesOf = (word: string): readonly string[] => {
    const kind = PLUGIN_KINDS.find((known) => known === word);
    return kind ? registry.list(kind).map(({ name }) => name) : [];
  };
  await print(SCRIPTS[shell](completedCommands(program, namesOf)));
  return 0;
}

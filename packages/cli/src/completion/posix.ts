import type { CompletedCommand } from './tree.js';

/** Quotes a word so that bash and zsh read it literally. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** The cases by which both shells recognise commands below commands: the commands so far, a space, the next word. */
export function pathCases(commands: readonly CompletedCommand[]): string {
  return commands
    .filter(({ path }) => path !== '')
    .map(({ path }) => `      ${quoted(path)}) path=${quoted(path)} ;;`)
    .join('\n');
}

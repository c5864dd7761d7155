import type { CompletedCommand } from './tree.js';

/** A word as bash and zsh read it literally. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** The cases by which both follow commands below commands: what was recognised so far, a space, the next word. */
export function pathCases(commands: readonly CompletedCommand[]): string {
  return commands
    .filter(({ path }) => path !== '')
    .map(({ path }) => `      ${quoted(path)}) path=${quoted(path)} ;;`)
    .join('\n');
}

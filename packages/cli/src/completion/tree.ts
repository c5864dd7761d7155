import type { Command, Option } from 'commander';

/** An option, for completion. */
export interface CompletedOption {
  /** All forms of its name: `--scope`, `-h`. */
  readonly names: readonly string[];
  readonly description: string;
  /** The value: one of these words, a path, or any text. Absent for an option without a value. */
  readonly value?: readonly string[] | 'path' | 'any';
}

/** A command, and the words that may follow it. */
export interface CompletedCommand {
  /** The words after `bbb`: `sweep status`. Empty for bbb itself. */
  readonly path: string;
  readonly below: readonly { readonly name: string; readonly description: string }[];
  readonly options: readonly CompletedOption[];
}

/** The names that a kind of plugins has: of `methods`, `sgd` and others. Empty for a word that is not a kind. */
export type NamesOf = (kind: string) => readonly string[];

/**
 * Every command of a program, from commander's own tree, so that new commands are completed too.
 * @param namesOf the values of options that are called as a kind of plugins is: `--method`, `--methods`. Default: none are known
 */
export function completedCommands(
  program: Command,
  namesOf: NamesOf = () => [],
  path: readonly string[] = [],
): CompletedCommand[] {
  const { commands } = program;
  const own: CompletedCommand = {
    path: path.join(' '),
    below: commands.map((below) => ({ name: below.name(), description: oneLine(below.description()) })),
    options: [...program.options.map((option) => completed(option, namesOf)), HELP],
  };
  return [own, ...commands.flatMap((below) => completedCommands(below, namesOf, [...path, below.name()]))];
}

const HELP: CompletedOption = { names: ['-h', '--help'], description: 'show help' };

function completed(option: Option, namesOf: NamesOf): CompletedOption {
  const names = option.flags.split(/[ ,]+/).filter((word) => word.startsWith('-'));
  const description = oneLine(option.description);
  if (!option.required && !option.optional) return { names, description };
  const isPath = /<[^>]*(dir|file|path)[^>]*>/.test(option.flags);
  const known = namesOf(kindOf(option.name()));
  const value = option.argChoices ?? (known.length > 0 ? known : isPath ? 'path' : 'any');
  return { names, description, value };
}

/** `method` and `methods` are of the kind `methods`. */
function kindOf(option: string): string {
  if (option === 'ood') return 'datasets';
  return option.endsWith('s') ? option : `${option}s`;
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}

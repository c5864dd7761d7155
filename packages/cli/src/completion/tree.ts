import type { Command, Option } from 'commander';

/** An option, as shells complete it. */
export interface CompletedOption {
  /** `--scope`, `-h` */
  readonly names: readonly string[];
  readonly description: string;
  /** What its value is: one of these, a path, or anything; absent for one without a value. */
  readonly value?: readonly string[] | 'path' | 'any';
}

/** A command and what may come after it. */
export interface CompletedCommand {
  /** Words after `bbb`: `sweep status`; empty for bbb itself. */
  readonly path: string;
  readonly below: readonly { readonly name: string; readonly description: string }[];
  readonly options: readonly CompletedOption[];
}

/** Every command of a program, by commander's own tree: what is added there is completed. */
export function completedCommands(program: Command, path: readonly string[] = []): CompletedCommand[] {
  const { commands } = program;
  const own: CompletedCommand = {
    path: path.join(' '),
    below: commands.map((below) => ({ name: below.name(), description: oneLine(below.description()) })),
    options: [...program.options.map(completed), HELP],
  };
  return [own, ...commands.flatMap((below) => completedCommands(below, [...path, below.name()]))];
}

const HELP: CompletedOption = { names: ['-h', '--help'], description: 'show help' };

function completed(option: Option): CompletedOption {
  const names = option.flags.split(/[ ,]+/).filter((word) => word.startsWith('-'));
  const description = oneLine(option.description);
  if (!option.required && !option.optional) return { names, description };
  const isPath = /<[^>]*(dir|file|path)[^>]*>/.test(option.flags);
  return { names, description, value: option.argChoices ?? (isPath ? 'path' : 'any') };
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}

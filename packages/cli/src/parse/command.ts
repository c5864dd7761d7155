import { Command, type Option } from 'commander';
import { UsageError } from '../errors/usage.js';
import { otherWord } from './other-words.js';

/** A command as commander has it, but for what it makes of mistakes: each is a UsageError. */
export class CliCommand extends Command {
  override createCommand(name?: string): CliCommand {
    return new CliCommand(name);
  }

  /** The form in which each option was typed, by the member of the flags that it sets. */
  private readonly typed = new Map<string, string>();

  override addOption(option: Option): this {
    // Heard before the listener that keeps the value.
    this.on(`option:${option.name()}`, (value: string) => {
      if (option.required) checkValue(option, value);
      this.refuseOpposite(option);
    });
    return super.addOption(option);
  }

  /** `--config FILE --no-config`: of two that set the same member, the first would be dropped without a word. */
  private refuseOpposite(option: Option): void {
    const [name, long] = [option.attributeName(), option.long!];
    const earlier = this.typed.get(name) ?? long;
    this.typed.set(name, long);
    if (earlier === long) return;
    throw new UsageError(`${earlier} and ${long} contradict each other.`, 'Leave one of them out.');
  }

  /**
   * A command that has commands below it and does something itself would take the name of one that is none for an argument
   * too many, after it has refused the options of the one that was meant.
   */
  override parseOptions(args: string[]): { operands: string[]; unknown: string[] } {
    const parsed = super.parseOptions(args);
    const [name] = parsed.operands;
    if (this.parent && this.commands.length > 0 && name !== undefined) subcommand(this, name);
    // A misspelt option is told before one that is missing: it is the one that was meant.
    if (parsed.unknown.length > 0) for (const option of this.options) option.mandatory = false;
    return parsed;
  }

  private has(name: string): boolean {
    return this.options.some(({ short, long }) => name === long || name === short);
  }

  override error(message: string): never {
    const [first, ...rest] = message.replace(/^error: /, '').split('\n');
    // Commander offers what is spelt alike: --count for --out.
    const [, flag] = /^unknown option '(.*)'/.exec(first!) ?? [];
    const known = flag === undefined ? undefined : otherWord(flag, (name) => this.has(name));
    const near = rest.length > 0 ? rest.join(' ').replace(/^\((.*)\)$/, '$1') : helpHint(this);
    throw new UsageError(sentence(first!), known ?? near);
  }
}

/**
 * The value of an option that was forgotten: the next option would be taken for it, or, where a variable of the shell is
 * unset, nothing.
 */
function checkValue({ long, flags }: Option, value: string): void {
  if (value.trim() === '') {
    throw new UsageError(
      `${long} needs a value, and got an empty one.`,
      `Is a variable of the shell unset? Without ${long} its default holds.`,
    );
  }
  if (!/^-[-a-z]/i.test(value)) return;
  const path = /<(dir|file)>/.exec(flags)?.[1];
  throw new UsageError(
    `${long} needs a value, and got the option ${value}.`,
    path === undefined
      ? `Write ${flags}.`
      : `A ${path === 'dir' ? 'folder' : 'file'} of that name is ./${value}.`,
  );
}

/** @throws UsageError when there is none of this name */
export function subcommand(parent: Command, name: string): Command {
  const found = parent.commands.find((command) => command.name() === name);
  if (found) return found;
  const names = parent.commands.map((command) => command.name());
  throw new UsageError(
    `${pathOf(parent)} has no command "${name}".`,
    names.length === 0 ? helpHint(parent) : `It has ${names.join(', ')}.`,
  );
}

/** As it is typed, e.g. `bbb sweep status`. */
export function pathOf(command: Command): string {
  return command.parent ? `${pathOf(command.parent)} ${command.name()}` : command.name();
}

function helpHint(command: Command): string {
  return `${pathOf(command)} --help says what there is.`;
}

function sentence(text: string): string {
  const capital = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?)]$/.test(capital) ? capital : `${capital}.`;
}

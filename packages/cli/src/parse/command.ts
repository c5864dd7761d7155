import { Command, type Option } from 'commander';
import { UsageError } from '../errors/usage.js';
import { otherWord } from './other-words.js';

/** A command of commander whose mistakes are UsageErrors. */
export class CliCommand extends Command {
  override createCommand(name?: string): CliCommand {
    return new CliCommand(name);
  }

  /** The form in which each option was typed, by the member of the flags that it sets. */
  private readonly typed = new Map<string, string>();

  override addOption(option: Option): this {
    // This listener must come before the one that stores the value.
    this.on(`option:${option.name()}`, (value: string) => {
      if (option.required) checkValue(option, value);
      this.refuseOpposite(option);
    });
    return super.addOption(option);
  }

  /** Refuses e.g. `--config FILE --no-config`: both set the same member, so the first would be dropped silently. */
  private refuseOpposite(option: Option): void {
    const [name, long] = [option.attributeName(), option.long!];
    const earlier = this.typed.get(name) ?? long;
    this.typed.set(name, long);
    if (earlier === long) return;
    throw new UsageError(`${earlier} and ${long} contradict each other.`, 'Leave one of them out.');
  }

  /**
   * Checks the name of a subcommand first. For a command that also does something itself, commander would refuse the options of the meant
   * subcommand, and then report its misspelt name as one argument too many.
   */
  override parseOptions(args: string[]): { operands: string[]; unknown: string[] } {
    const parsed = super.parseOptions(args);
    const [name] = parsed.operands;
    if (this.parent && this.commands.length > 0 && name !== undefined) subcommand(this, name);
    // If an option is misspelt, no required one is reported as missing: the misspelt option may be the required one.
    if (parsed.unknown.length > 0) for (const option of this.options) option.mandatory = false;
    return parsed;
  }

  private has(name: string): boolean {
    return this.options.some(({ short, long }) => name === long || name === short);
  }

  override error(message: string): never {
    const [first, ...rest] = message.replace(/^error: /, '').split('\n');
    // Look up words of other tools first: commander suggests names with similar spelling, e.g. --count for --out.
    const [, flag] = /^unknown option '(.*)'/.exec(first!) ?? [];
    const known = flag === undefined ? undefined : otherWord(flag, (name) => this.has(name));
    const near = rest.length > 0 ? rest.join(' ').replace(/^\((.*)\)$/, '$1') : helpHint(this);
    throw new UsageError(sentence(first!), known ?? near);
  }
}

/**
 * Refuses a value that was probably forgotten: commander would take the next option as the value, or an empty text if a variable of the
 * shell is not set.
 */
function checkValue({ long, flags }: Option, value: string): void {
  if (value.trim() === '') {
    throw new UsageError(
      `${long} needs a value; got an empty text.`,
      `A variable of the shell may be unset. Leave ${long} out to use its default.`,
    );
  }
  if (!/^-[-a-z]/i.test(value)) return;
  const path = /<(dir|file)>/.exec(flags)?.[1];
  throw new UsageError(
    `${long} needs a value; got the option ${value}.`,
    path === undefined
      ? `Write ${flags}.`
      : `For a ${path === 'dir' ? 'folder' : 'file'} of that name, write ./${value}.`,
  );
}

/** @throws UsageError if there is none with this name */
export function subcommand(parent: Command, name: string): Command {
  const found = parent.commands.find((command) => command.name() === name);
  if (found) return found;
  const names = parent.commands.map((command) => command.name());
  throw new UsageError(
    `${pathOf(parent)} has no command "${name}".`,
    names.length === 0 ? helpHint(parent) : `Choose one of ${names.join(', ')}.`,
  );
}

/** The command as the user types it, e.g. `bbb sweep status`. */
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

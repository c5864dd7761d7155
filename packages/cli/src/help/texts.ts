/** The parts of help that only plugins know. */
export interface HelpTexts {
  /** The presets there are, by name and description. */
  readonly presets: string;
  /** Defaults by command and option, e.g. `defaults.sweep['--epochs']`. */
  readonly defaults: Readonly<Record<string, Defaults>>;
}

export type Defaults = Readonly<Record<string, string>>;

const COMMANDS = ['sweep', 'train', 'bandit'];

/** Loads the plugins named on the command line, but only when the user asks for the help of a command that depends on them. */
export async function helpTexts(args: readonly string[]): Promise<HelpTexts | undefined> {
  const [first, second] = args;
  const command = first === 'help' ? second : first;
  const asked = [first, second].includes('help') || args.includes('-h') || args.includes('--help');
  if (!asked || command === undefined || !COMMANDS.includes(command)) return undefined;
  const { loadRegistry } = await import('../io/registry.js');
  const { registry } = await loadRegistry(valuesOf('--plugin', args));
  const { defaultsOf } = await import('./defaults.js');
  const [preset] = valuesOf('--preset', args);
  const [method] = valuesOf('--method', args);
  const presets = registry.list('presets');
  const width = Math.max(...presets.map(({ name }) => name.length));
  return {
    presets: [
      '',
      'Presets:',
      ...presets.map(({ name, value }) => `  ${name.padEnd(width)}  ${value.description}`),
      '',
    ].join('\n'),
    defaults: { [command]: defaultsOf(command, { preset, method }, registry) },
  };
}

/** The values of `--name value` and `--name=value`, read before the command line is parsed. */
function valuesOf(name: string, args: readonly string[]): string[] {
  return args.flatMap((arg, i) =>
    arg === name ? (args[i + 1] ?? []) : arg.startsWith(`${name}=`) ? arg.slice(name.length + 1) : [],
  );
}

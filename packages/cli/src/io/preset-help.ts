/**
 * The presets that there are, for the help of `sweep`. Loads the plugins named on the command line, and only when help was
 * asked for.
 */
export async function presetHelp(args: readonly string[]): Promise<string> {
  const asked = args.includes('-h') || args.includes('--help') || args.includes('help');
  if (!(args[0] === 'sweep' && asked) && !(args[0] === 'help' && args[1] === 'sweep')) return '';
  const extra = args.flatMap((arg, i) =>
    arg === '--plugin'
      ? (args[i + 1] ?? [])
      : arg.startsWith('--plugin=')
        ? arg.slice('--plugin='.length)
        : [],
  );
  const { loadRegistry } = await import('./registry.js');
  const { registry } = await loadRegistry(extra);
  const presets = registry.list('presets');
  const width = Math.max(...presets.map(({ name }) => name.length));
  return [
    '',
    'Presets:',
    ...presets.map(({ name, value }) => `  ${name.padEnd(width)}  ${value.description}`),
    '',
  ].join('\n');
}

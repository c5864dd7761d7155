import { suggest, type Registry, type Use } from '@bbb/core';
import { UsageError } from '../errors/usage.js';
import { isLive } from '../io/style.js';
import type { RunFlags } from '../options/run.js';

type Flags = Pick<RunFlags, 'quiet' | 'json' | 'reporter' | 'reporterOption'>;

/**
 * The reporters of a run: those that flags and the configuration file name, and a display. The display is live on a terminal and plain lines
 * elsewhere. There is none with `--quiet`, or if the user named another display.
 * @throws BbbError `E_UNKNOWN_NAME`; UsageError for options of a reporter that is not used
 */
export function reportersOf(flags: Flags, registry: Registry, file: readonly Use[] = []): Use[] {
  const named = new Set([...file.map(({ use }) => use), ...(flags.reporter ?? [])]);
  if (flags.json) named.add('events');
  const displays = [...named].filter((name) => registry.get('reporters', name).display);
  const options = optionsByReporter(flags.reporterOption ?? [], [...named]);
  // Events on the same terminal would break the lines that are redrawn.
  const torn = named.has('events') && process.stdout.isTTY;
  const display =
    flags.quiet || torn || displays.length > 0 ? [] : [isLive(process.stderr) ? 'live' : 'lines'];
  const before = new Map(file.map((reporter) => [reporter.use, reporter.options]));
  return [...display, ...named].map((use) => ({
    use,
    options: { ...before.get(use), ...options.get(use) },
  }));
}

/** `ndjson.file=x` is an option of the reporter `ndjson`. If there is one reporter, `file=x` is enough. */
function optionsByReporter(
  assignments: NonNullable<Flags['reporterOption']>,
  names: readonly string[],
): Map<string, Record<string, unknown>> {
  const options = new Map<string, Record<string, unknown>>();
  for (const { path, value } of assignments) {
    const [first, ...rest] = path.split('.');
    const [name, option] =
      rest.length === 0 && names.length === 1 ? [names[0]!, path] : [first!, rest.join('.')];
    if (option === '' || !names.includes(name)) {
      throw new UsageError(
        `--reporter-option ${path}=... belongs to none of the reporters that --reporter names.`,
        `${suggest(name, names)}Write --reporter NAME --reporter-option NAME.${option || path}=...`,
      );
    }
    options.set(name, { ...options.get(name), [option]: value });
  }
  return options;
}

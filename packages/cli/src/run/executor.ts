import { suggest, type ExecutorDefinition, type Registry, type Use } from '@bbb/core';
import { optionsSchema } from '../catalogue/option-rows.js';
import { UsageError } from '../errors/usage.js';
import { OPTIONAL_PACKAGES } from '../io/version.js';
import type { RunFlags } from '../options/run.js';
import type { Assignment } from '../parse/assignment.js';
import { refuseUnknownShorts, shortOptions, takesOption, type ShortFlags } from './short-options.js';

type Flags = Pick<RunFlags, 'executor' | 'executorOption' | 'isolate'> & ShortFlags;

/** The name for this machine: its first executor, or the one that `--isolate` asks for. */
const LOCAL = 'local';

/**
 * The executor that the flags name, or otherwise the one of the configuration file.
 * @throws UsageError for flags that contradict each other, or that the executor would ignore
 */
export function executorOf(flags: Flags, registry: Registry, file?: Use): Use {
  const shorts = shortOptions(flags);
  const use = nameOf(flags, Object.keys(shorts), registry, file);
  const definition = registry.get('executors', use);
  refuseUnknownShorts(use, definition, flags);
  const typed = optionsOf(flags.executorOption);
  const twice = Object.keys(shorts).find((name) => name in typed);
  if (twice !== undefined) {
    throw new UsageError(
      `--executor-option ${twice}=... is given twice: once in full and once by its short form.`,
      'Leave one of them out.',
    );
  }
  const options = { ...(file?.use === use ? file.options : {}), ...shorts, ...typed };
  refuseMissing(use, definition, options);
  return { use, options };
}

function nameOf(
  { executor, isolate }: Flags,
  shorts: readonly string[],
  registry: Registry,
  file: Use | undefined,
): string {
  if (executor !== undefined && executor !== LOCAL) {
    if (isolate === undefined) return checkedName(executor, registry);
    throw new UsageError(
      `--isolate chooses an executor, and so does --executor ${executor}.`,
      'Leave one of them out.',
    );
  }
  const all = registry.list('executors');
  const local = all.find(({ value }) => value.isolation === (isolate ?? 'thread'))!.name;
  if (executor === LOCAL || isolate !== undefined) return local;
  if (shorts.length === 0) return file ? checkedName(file.use, registry) : local;
  // If several executors have the option, the one of the configuration file comes first.
  const takes = all.filter(({ value }) => shorts.every((name) => takesOption(value, name)));
  const found = takes.find(({ name }) => name === file?.use) ?? takes[0];
  if (!found) throw packageMissing();
  return found.name;
}

function checkedName(executor: string, registry: Registry): string {
  const names = registry.list('executors').map(({ name }) => name);
  if (names.includes(executor)) return executor;
  const all = [LOCAL, ...names];
  throw new UsageError(
    `No loaded plugin contributes an executor "${executor}".`,
    `${suggest(executor, all)}Available: ${all.join(', ')}. Packages with further executors: ${OPTIONAL_PACKAGES.join(', ')}.`,
  );
}

/** Refuses a missing address and says what to type, because a server's address has no default. */
function refuseMissing(use: string, { options }: ExecutorDefinition, given: Use['options']): void {
  const { required = [], properties = {} } = optionsSchema(options);
  const name = required.find((each) => !(each in given));
  if (name === undefined) return;
  const { description = '' } = properties[name] as { readonly description?: string };
  throw new UsageError(
    `--executor ${use} needs its option "${name}".`,
    `Add --executor-option ${name}=... ${description}`.trim(),
  );
}

/** Options from `name=value`, which may be given several times. */
export function optionsOf(assignments: readonly Assignment[] = []): Record<string, unknown> {
  return Object.fromEntries(assignments.map(({ path, value }) => [path, value]));
}

export function packageMissing(): UsageError {
  return new UsageError(
    `An executor for many machines needs another package: ${OPTIONAL_PACKAGES.join(' or ')}.`,
    'Install it beside bbb with npm install; in a checkout of bbb, type npm ci.',
  );
}

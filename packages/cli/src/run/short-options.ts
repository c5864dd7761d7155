import type { ExecutorDefinition } from '@bbb/core';
import { optionsSchema } from '../catalogue/option-rows.js';
import { UsageError } from '../errors/usage.js';
import type { RunFlags } from '../options/run.js';

export type ShortFlags = Pick<RunFlags, 'queue' | 'redis' | 'listen' | 'threads'>;

/** Options of executors that have a short form, by the flag. */
const SHORT = {
  queue: 'queue',
  redis: 'queue',
  listen: 'listen',
  threads: 'threads',
} as const satisfies Record<keyof ShortFlags, string>;

/**
 * The options of an executor that short forms set: `--queue URL` means `--executor-option queue=URL`.
 * @throws UsageError for the address of another server under `--redis`
 */
export function shortOptions(flags: ShortFlags): Record<string, unknown> {
  if (flags.redis !== undefined && /^postgres/i.test(flags.redis)) {
    throw new UsageError('--redis takes the address of a Redis server.', 'For PostgreSQL, write --queue.');
  }
  return Object.fromEntries(typedShorts(flags).map((flag) => [SHORT[flag], flags[flag]]));
}

/** @throws UsageError for a short form of an option that the executor does not have */
export function refuseUnknownShorts(use: string, executor: ExecutorDefinition, flags: ShortFlags): void {
  const flag = typedShorts(flags).find((each) => !takesOption(executor, SHORT[each]));
  if (flag === undefined) return;
  throw new UsageError(
    `--${flag} sets the option "${SHORT[flag]}" of an executor, and ${use} has no such option.`,
    `Leave --${flag} out, or choose another --executor; bbb plugins executors lists them.`,
  );
}

export function takesOption({ options }: ExecutorDefinition, name: string): boolean {
  return name in (optionsSchema(options).properties ?? {});
}

function typedShorts(flags: ShortFlags): (keyof ShortFlags)[] {
  return (['queue', 'redis', 'listen', 'threads'] as const).filter((flag) => flags[flag] !== undefined);
}

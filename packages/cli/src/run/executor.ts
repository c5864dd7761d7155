import { suggest, type Registry, type Use } from '@bbb/core';
import { UsageError } from '../errors/usage.js';
import type { RunFlags } from '../options/run.js';
import type { Assignment } from '../parse/assignment.js';

type Flags = Pick<
  RunFlags,
  'executor' | 'executorOption' | 'queue' | 'redis' | 'listen' | 'isolate' | 'threads'
>;

/** This machine: threads or processes. */
const LOCAL = 'local';
const REMOTE = 'bullmq';

/**
 * Where trials run: as the flags say, else as the configuration file does. Options of the executor win over the flags
 * that stand for them.
 */
export function executorOf(flags: Flags, registry: Registry, file?: Use): Use {
  const { listen, isolate, threads } = flags;
  const executor = flags.executor ?? (isolate === undefined ? file?.use : undefined) ?? LOCAL;
  const queue = queueOf(flags);
  const named = (use: string, more: Use['options'] = {}): Use => {
    const before = file?.use === use ? file.options : {};
    return { use, options: { ...before, ...more, ...optionsOf(flags.executorOption) } };
  };
  if (executor !== REMOTE && (queue !== undefined || listen !== undefined))
    throw new UsageError('--queue, --redis and --listen are for many machines.', 'Add --executor bullmq.');
  if (executor === LOCAL)
    return named(isolate === 'process' ? 'processes' : 'threads', threads === undefined ? {} : { threads });
  if (threads !== undefined)
    throw new UsageError('--threads is for trials on this machine.', `Leave out --executor ${executor}.`);
  if (isolate !== undefined)
    throw new UsageError(
      `--isolate chooses an executor, and so does --executor ${executor}.`,
      'Leave one of them out.',
    );
  checkName(executor, registry);
  if (executor !== REMOTE) return named(executor);
  const chosen = named(executor, {
    ...(queue === undefined ? {} : { queue }),
    ...(listen === undefined ? {} : { listen }),
  });
  if ('queue' in chosen.options) return chosen;
  throw new UsageError(
    '--executor bullmq needs a Redis or PostgreSQL server.',
    'Add --redis redis://host:6379 or --queue postgres://user@host/database.',
  );
}

function checkName(executor: string, registry: Registry): void {
  const names = registry.list('executors').map(({ name }) => name);
  if (names.includes(executor)) return;
  if (executor === REMOTE) throw packageMissing();
  const all = [LOCAL, ...names];
  throw new UsageError(
    `There is no executor called "${executor}".`,
    `${suggest(executor, all)}Available: ${all.join(', ')}.`,
  );
}

/** `name=value` as it was typed, several times. */
export function optionsOf(assignments: readonly Assignment[] = []): Record<string, unknown> {
  return Object.fromEntries(assignments.map(({ path, value }) => [path, value]));
}

/** The address that the flags give, if any. */
export function queueOf({ queue, redis }: Pick<RunFlags, 'queue' | 'redis'>): string | undefined {
  if (redis !== undefined && /^postgres/i.test(redis)) {
    throw new UsageError('--redis takes the address of a Redis server.', 'For PostgreSQL, write --queue.');
  }
  return queue ?? redis;
}

/** The package for many machines, which brings clients of Redis and PostgreSQL along and need not be installed. */
export async function loadBullmq(): Promise<typeof import('@bbb/sweep-bullmq')> {
  try {
    return await import('@bbb/sweep-bullmq');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error;
    throw packageMissing();
  }
}

function packageMissing(): UsageError {
  return new UsageError(
    'Many machines need a package more, @bbb/sweep-bullmq.',
    'npm ci in the checkout of bbb installs it.',
  );
}

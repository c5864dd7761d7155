import type { ExecutorFactory } from '@bbb/sweep';
import { UsageError } from '../errors/usage.js';
import type { RunFlags } from '../options/run.js';

/** What the flags ask for; undefined for this machine. */
export async function executorOf(
  flags: Pick<RunFlags, 'executor' | 'queue' | 'redis' | 'listen' | 'isolate'>,
): Promise<ExecutorFactory | undefined> {
  const { executor, listen, isolate } = flags;
  const queue = queueOf(flags);
  if (executor !== 'bullmq') {
    if (queue === undefined && listen === undefined) return undefined;
    throw new UsageError('--queue, --redis and --listen are for many machines.', 'Add --executor bullmq.');
  }
  if (queue === undefined) {
    throw new UsageError(
      '--executor bullmq needs a Redis or PostgreSQL server.',
      'Add --redis redis://host:6379 or --queue postgres://user@host/database.',
    );
  }
  if (isolate !== undefined) {
    throw new UsageError('--isolate is for this machine only.', 'Leave it out: workers use threads.');
  }
  const { bullmqExecutor } = await loadBullmq();
  return bullmqExecutor({ queue, ...(listen === undefined ? {} : { listen }) });
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
    throw new UsageError('Many machines need a package more.', 'npm install @bbb/sweep-bullmq');
  }
}

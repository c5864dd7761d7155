import type { ExecutorFactory } from '@bbb/sweep/host';
import { UsageError } from '../errors/usage.js';
import type { RunFlags } from '../options/run.js';

/** What the flags ask for; undefined for this machine. */
export async function executorOf({
  executor,
  redis,
  listen,
  isolate,
}: Pick<RunFlags, 'executor' | 'redis' | 'listen' | 'isolate'>): Promise<ExecutorFactory | undefined> {
  if (executor !== 'bullmq') {
    if (redis === undefined && listen === undefined) return undefined;
    throw new UsageError('--redis and --listen are for many machines.', 'Add --executor bullmq.');
  }
  if (redis === undefined) {
    throw new UsageError('--executor bullmq needs a Redis server.', 'Add --redis redis://host:6379.');
  }
  if (isolate !== undefined) {
    throw new UsageError('--isolate is for this machine only.', 'Leave it out: workers use threads.');
  }
  const { bullmqExecutor } = await loadBullmq();
  return bullmqExecutor({ redis, ...(listen === undefined ? {} : { listen }) });
}

/** The package for many machines, which brings clients of Redis along and need not be installed. */
export async function loadBullmq(): Promise<typeof import('@bbb/sweep-bullmq')> {
  try {
    return await import('@bbb/sweep-bullmq');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error;
    throw new UsageError('Many machines need a package more.', 'npm install @bbb/sweep-bullmq');
  }
}

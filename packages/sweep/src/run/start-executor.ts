import { BbbError, inWords, missingFunctions, type Executor } from '@bbb/core';
import type { Warn } from '../store/open.js';
import type { RunContext } from './run-in-folder.js';
import type { TakenFolder } from './take-folder.js';

/** @throws BbbError `E_EXECUTOR` when the started executor can't run a trial, and what `start` of the executor throws */
export async function startExecutor(
  { dir, cwd, registry, factory, dataDir, plugins, workers }: RunContext,
  { needs, datasets }: Pick<TakenFolder, 'needs' | 'datasets'>,
  capacity: number,
  warn: Warn,
): Promise<Executor> {
  const executor = await factory.start({
    dir,
    capacity,
    ...(workers === undefined ? {} : { workers }),
    needs,
    registry,
    datasets,
    ...(dataDir === undefined ? {} : { dataDir }),
    plugins,
    cwd,
    warn,
  });
  checkExecutor(executor);
  return executor;
}

function checkExecutor(executor: Executor): void {
  const missing = missingFunctions(executor, ['run', 'close']);
  if (missing.length > 0) {
    throw new BbbError(
      'E_EXECUTOR',
      `start() of the executor returned ${inWords(executor)}, which has no ${missing.join(', ')}.`,
      { hint: 'Let start() return a promise of an Executor of @bbb/core.' },
    );
  }
  const { capacity } = executor;
  if (Number.isInteger(capacity) && capacity >= 1) return;
  throw new BbbError('E_EXECUTOR', `The executor has the capacity ${capacity}.`, {
    hint: 'Its capacity must be a whole number from 1.',
  });
}

/** If the executor can't be closed, only warn: all results are stored by now. */
export async function closeExecutor(executor: Executor | undefined, warn: Warn): Promise<void> {
  try {
    await executor?.close();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    warn('W_EXECUTOR', `The executor could not be closed: ${reason}`);
  }
}

import { resolve } from 'node:path';
import { createRegistry, loadPlugins, type Registry, type SweepOutcome } from '@bbb/core';
import type { Plan } from '../plan/plan.js';
import builtIn from '../plugin.js';
import type { SweepOptions } from './options.js';
import { executorOf, storeOf } from './parts.js';
import { startReporting } from './reporting.js';
import { runInFolder } from './run-in-folder.js';

/**
 * Runs the trials of a sweep that have no result yet. Interrupted trials go on from their last checkpoint and give
 * the same bytes; failed ones stay failed unless `retryFailed`. A trial is reported done once its result is on disk.
 * @param plan what `planSweep` returned
 * @param options folder, workers, executor, store, reporters, signal, ...
 * @throws BbbError before any trial runs: `E_SWEEP_LOCKED`, `E_SWEEP_CHANGED`, `E_NOT_A_SWEEP`, `E_DISK_FULL`,
 *   `E_STORE_IO`, `E_UNKNOWN_NAME`, `E_OPTIONS`, and what plugins and data sets throw when they are loaded. Later failures
 *   are in the outcome.
 */
export async function runSweep(plan: Plan, options: SweepOptions): Promise<SweepOutcome> {
  const dir = resolve(options.dir);
  const cwd = options.cwd ?? process.cwd();
  const registry = options.registry ?? (await registryOf(options.plugins, cwd));
  const factory = executorOf(registry, options);
  const openIndex = storeOf(registry, options);
  const context = { dir, cwd, trials: plan.trials };
  const reporting = await startReporting(options.reporters ?? [], registry, context, options.onEvent);
  const { signal } = options;
  const onSignal = (): void => {
    const reason: unknown = signal?.reason;
    reporting.mention({ type: 'stopping', ...(typeof reason === 'string' ? { signal: reason } : {}) });
  };
  signal?.addEventListener('abort', onSignal);
  try {
    return await runInFolder(plan, {
      ...options,
      dir,
      cwd,
      registry,
      factory,
      openIndex,
      emit: reporting.emit,
    });
  } finally {
    signal?.removeEventListener('abort', onSignal);
    await reporting.close();
  }
}

async function registryOf(specifiers: readonly string[], cwd: string): Promise<Registry> {
  const plugins = await loadPlugins(specifiers, cwd);
  return createRegistry(plugins.some(({ name }) => name === builtIn.name) ? plugins : [...plugins, builtIn]);
}

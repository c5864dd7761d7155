import { availableParallelism } from 'node:os';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { createRegistry, loadPlugins } from '@bbb/core';
import { loadData } from '../executor/data.js';
import type { Executor } from '../executor/executor.js';
import { needsOf } from '../plan/needs.js';
import type { Plan } from '../plan/plan.js';
import { lossOf } from '../search/objective.js';
import { rebuildIndex } from '../store/index/rebuild.js';
import { sweepFile } from '../store/names.js';
import { openSweep } from '../store/open.js';
import type { Halt } from './brake.js';
import { drive } from './drive.js';
import type { SweepCounts, SweepOutcome } from './events.js';
import { guardIndex } from './guarded-index.js';
import type { SweepOptions } from './options.js';
import { startExecutor } from './start-executor.js';
import { startSearch } from './live-search.js';
import { proposer } from './proposer.js';
import { startScheduling, type Scheduling } from './scheduling.js';
import { createTally } from './tally.js';

/**
 * Runs a sweep, or what is left of it: trials with a result are kept, interrupted ones go on from their last checkpoint
 * with the same bytes, failed ones stay failed unless `retryFailed`. A trial is reported done once its result is on disk.
 *
 * @throws BbbError before any trial runs: `E_SWEEP_LOCKED`, `E_SWEEP_CHANGED`, `E_NOT_A_SWEEP`, `E_DISK_FULL`,
 *   `E_STORE_IO`, and what plugins and data sets throw when they are loaded. Later failures are in the outcome.
 */
export async function runSweep(plan: Plan, options: SweepOptions): Promise<SweepOutcome> {
  const begun = performance.now();
  const dir = resolve(options.dir);
  const emit = options.onEvent ?? (() => undefined);
  const warn = (code: string, message: string, id?: string): void =>
    emit({ type: 'warning', code, message, ...(id === undefined ? {} : { id }) });
  const cwd = options.cwd ?? process.cwd();
  const registry = createRegistry(await loadPlugins(options.plugins, cwd));
  const needs = needsOf(plan.config, registry);
  const load = () => loadData(registry, [needs.data], options.dataDir);
  // A new folder is not made for data that can't be loaded.
  const early = existsSync(sweepFile(dir)) ? undefined : await load();

  const store = await openSweep(dir, plan, {
    extend: options.extend ?? false,
    takeOver: options.takeOver ?? false,
    warn,
  });
  const attempts = new Map([...store.states].map(([id, state]) => [id, state.attempts]));
  const stateOf = (id: string) => store.states.get(id)?.state;
  const retry = new Set(
    store.trials.filter(({ id }) => options.retryFailed && stateOf(id) === 'failed').map(({ id }) => id),
  );
  const { search, config } = plan;
  const all = search ? search.total * config.seeds.length : store.trials.length;
  const tally = createTally(store.trials, store.states, retry, all);
  const known = store.trials.filter(({ id }) => stateOf(id) === 'open' || retry.has(id));
  const most = options.workers ?? options.executor?.capacity ?? availableParallelism();
  const workers = Math.max(1, Math.min(most, known.length + all - store.trials.length));

  let executor: Executor | undefined;
  let index = guardIndex(undefined, warn);
  let halted: Halt | undefined;
  let scheduling: Scheduling | undefined;
  try {
    scheduling = await startScheduling(dir, config, registry);
    const live = search && (await startSearch(dir, search, config, store.record, store.states, retry));
    index = guardIndex(await rebuildIndex(dir, store.trials, store.states, warn), warn);
    emit({
      type: 'sweep-start',
      dir,
      workers,
      resumed: store.resumed,
      waiting: known.map(({ id }) => id),
      counts: tally.counts(),
    });
    const more = live && proposer({ dir, live, config, tally, index, emit, warn });
    const waiting = known.length === 0 && more ? await more() : known;
    if (waiting.length > 0) {
      const datasets = early ?? (await load());
      executor = options.executor
        ? await options.executor.start({
            dir,
            capacity: workers,
            needs,
            registry,
            datasets,
            plugins: options.plugins,
            cwd,
            warn,
          })
        : startExecutor(workers, options, [needs.data], datasets);
      halted = await drive(waiting, {
        dir,
        executor,
        index,
        tally,
        options,
        attempts,
        emit,
        scheduling,
        ...(more ? { more } : {}),
        onEnd: (planned, epochs) => live?.ended(planned, epochs && lossOf(epochs, config)),
      });
    }
  } finally {
    index.close();
    scheduling?.close();
    await executor?.close();
    await store.close();
  }
  const outcome = concluded(dir, tally.counts(), (performance.now() - begun) / 1000, halted);
  emit({ type: 'sweep-done', outcome });
  return outcome;
}

/** A halt that came when nothing was left to do is none. */
function concluded(
  dir: string,
  counts: SweepCounts,
  seconds: number,
  halted: Halt | undefined,
): SweepOutcome {
  const complete = counts.waiting === 0 && counts.running === 0;
  const ended = counts.failed + counts.diverged > 0 ? 'failed' : 'done';
  if (!halted || (complete && halted.status === 'interrupted'))
    return { status: ended, dir, counts, seconds };
  return { ...halted, dir, counts, seconds };
}

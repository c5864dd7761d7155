import {
  BbbError,
  inWords,
  missingFunctions,
  notesOf,
  type Executor,
  type ExecutorFactory,
  type Registry,
  type StoreContext,
  type SweepCounts,
  type SweepEvent,
  type SweepOutcome,
  type TrialIndex,
} from '@bbb/core';
import { dataWarnings, loadData } from '../executor/data.js';
import { checkFit } from '../plan/check-fit.js';
import { needsOf } from '../plan/needs.js';
import type { Plan } from '../plan/plan.js';
import { lossOf } from '../search/objective.js';
import { competition } from '../search/competition.js';
import { createScheduler } from '../search/scheduler.js';
import { identityOf, summariesOf } from '../store/data-identity.js';
import { openStore } from '../store/index/open.js';
import { rowOf } from '../store/index/rows.js';
import { openSweep, type Warn } from '../store/open.js';
import type { Halt } from './brake.js';
import { drive } from './drive.js';
import { guardIndex } from './guarded-index.js';
import { startSearch } from './live-search.js';
import type { SweepOptions } from './options.js';
import { proposer } from './proposer.js';
import { startScheduling, type Scheduling } from './scheduling.js';
import { createTally } from './tally.js';

/** The options of a sweep with every name looked up. */
export interface RunContext extends SweepOptions {
  readonly cwd: string;
  readonly registry: Registry;
  readonly factory: ExecutorFactory;
  readonly openIndex: (context: StoreContext) => TrialIndex | Promise<TrialIndex>;
  readonly emit: (event: SweepEvent) => void;
}

/** Takes the folder, runs what is left to run, and gives the folder back. */
export async function runInFolder(plan: Plan, options: RunContext): Promise<SweepOutcome> {
  const begun = performance.now();
  const { dir, cwd, registry, factory, openIndex, emit } = options;
  const warn: Warn = (code, message, id) =>
    emit({ type: 'warning', code, message, ...(id === undefined ? {} : { id }) });
  const { search, config } = plan;
  const needs = needsOf(config, registry);
  const scheduler = createScheduler(config, registry);
  // No folder is made or extended for data that can't be loaded, and no result is told of data that nobody looked at.
  const datasets = options.datasets ?? (await loadData(registry, [needs.data], options.dataDir));
  const headline = checkFit(config, registry, datasets);
  const data = identityOf(datasets);
  for (const note of notesOf(datasets)) warn('I_DATA', note);
  for (const message of dataWarnings(datasets, needs.data)) warn('W_DATA', message);
  const lost = new AbortController();
  const store = await openSweep(dir, plan, {
    extend: options.extend ?? false,
    takeOver: options.takeOver ?? false,
    data,
    sets: summariesOf(datasets),
    headline,
    warn,
    onLost: (error) => lost.abort(error),
  });
  const attempts = new Map([...store.states].map(([id, state]) => [id, state.attempts]));
  const stateOf = (id: string) => store.states.get(id)?.state;
  const retry = new Set(
    store.trials.filter(({ id }) => options.retryFailed && stateOf(id) === 'failed').map(({ id }) => id),
  );
  const all = search ? search.total * config.seeds.length : store.trials.length;
  const tally = createTally(store.trials, store.states, retry, all);
  const known = store.trials.filter(({ id }) => stateOf(id) === 'open' || retry.has(id));
  const most = options.workers ?? factory.capacity;
  const workers = Math.max(1, Math.min(most, known.length + all - store.trials.length));

  let executor: Executor | undefined;
  let index = guardIndex(undefined, warn);
  let halted: Halt | undefined;
  let scheduling: Scheduling | undefined;
  try {
    scheduling =
      scheduler &&
      (await startScheduling(dir, scheduler, config.search!.objective, competition(config, store.trials)));
    const live = search && (await startSearch(dir, search, config, store.record, store.states, retry));
    const rows = store.trials.map((planned) => rowOf(planned, store.states.get(planned.id)));
    index = guardIndex(await openStore(() => openIndex({ dir, rows }), warn), warn);
    emit({
      type: 'sweep-start',
      dir,
      workers,
      resumed: store.resumed,
      waiting: known.map(({ id }) => id),
      counts: tally.counts(),
      headline,
    });
    const more = live && proposer({ dir, data, live, config, tally, index, emit, warn });
    const waiting = known.length === 0 && more ? await more() : known;
    if (waiting.length > 0) {
      executor = await factory.start({
        dir,
        capacity: workers,
        needs,
        registry,
        datasets,
        ...(options.dataDir === undefined ? {} : { dataDir: options.dataDir }),
        plugins: options.plugins,
        cwd,
        warn,
      });
      checkExecutor(executor);
      halted = await drive(waiting, {
        dir,
        data,
        executor,
        index,
        tally,
        options,
        attempts,
        emit,
        scheduling,
        lost: lost.signal,
        ...(more ? { more } : {}),
        onEnd: (planned, epochs) => live?.ended(planned, epochs && lossOf(epochs, config)),
      });
    }
  } finally {
    try {
      await index.close();
      await closeExecutor(executor, warn);
      scheduling?.close();
    } finally {
      await store.close();
    }
  }
  const outcome = concluded(dir, tally.counts(), (performance.now() - begun) / 1000, halted);
  emit({ type: 'sweep-done', outcome });
  return outcome;
}

/** @throws BbbError `E_EXECUTOR`: no trial would ever run */
function checkExecutor(executor: Executor): void {
  const missing = missingFunctions(executor, ['run', 'close']);
  if (missing.length > 0) {
    throw new BbbError(
      'E_EXECUTOR',
      `The executor starts as ${inWords(executor)}, without ${missing.join(', ')}.`,
      {
        hint: 'start() returns a promise of an Executor of @bbb/core.',
      },
    );
  }
  const { capacity } = executor;
  if (Number.isInteger(capacity) && capacity >= 1) return;
  throw new BbbError('E_EXECUTOR', `The executor has room for ${capacity} trials at a time.`, {
    hint: 'Its capacity is a whole number from 1 on.',
  });
}

/** What was done is stored: that its executor can't be closed takes nothing of it back. */
async function closeExecutor(executor: Executor | undefined, warn: Warn): Promise<void> {
  try {
    await executor?.close();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    warn('W_EXECUTOR', `The executor could not be closed: ${reason}`);
  }
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

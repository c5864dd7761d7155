import type {
  Executor,
  ExecutorFactory,
  Registry,
  Scheduler,
  StoreContext,
  SweepCounts,
  SweepEvent,
  SweepOutcome,
  TrialIndex,
} from '@bbb/core';
import type { Plan } from '../plan/plan.js';
import { lossOf } from '../search/objective.js';
import { competition } from '../search/competition.js';
import { createScheduler } from '../search/scheduler.js';
import { openStore } from '../store/index/open.js';
import { rowOf } from '../store/index/rows.js';
import type { Warn } from '../store/open.js';
import type { Halt } from './brake.js';
import { drive } from './drive.js';
import { guardIndex, type GuardedIndex } from './guarded-index.js';
import { startSearch } from './live-search.js';
import type { SweepOptions } from './options.js';
import { proposer } from './proposer.js';
import { startScheduling, type Scheduling } from './scheduling.js';
import { closeExecutor, startExecutor } from './start-executor.js';
import { takeFolder, type TakenFolder } from './take-folder.js';
import { worklistOf, type Worklist } from './worklist.js';

/** The options of a sweep with every name looked up. */
export interface RunContext extends SweepOptions {
  readonly cwd: string;
  readonly registry: Registry;
  readonly factory: ExecutorFactory;
  readonly openIndex: (context: StoreContext) => TrialIndex | Promise<TrialIndex>;
  readonly emit: (event: SweepEvent) => void;
}

/** One run of a sweep, from the lock on its folder to its release. */
interface Run {
  readonly plan: Plan;
  readonly options: RunContext;
  readonly scheduler: Scheduler | undefined;
  readonly taken: TakenFolder;
  readonly work: Worklist;
  readonly warn: Warn;
}

/** What a run has opened so far: all of it is closed however the run ends. */
interface Opened {
  index: GuardedIndex;
  executor?: Executor;
  scheduling?: Scheduling | undefined;
}

/** Locks the folder, runs what is left to run, and releases the folder. */
export async function runInFolder(plan: Plan, options: RunContext): Promise<SweepOutcome> {
  const begun = performance.now();
  const { dir, emit } = options;
  const warn: Warn = (code, message, id) =>
    emit({ type: 'warning', code, message, ...(id === undefined ? {} : { id }) });
  // If the scheduler can't be made, throw before the folder is made.
  const scheduler = createScheduler(plan.config, options.registry);
  const taken = await takeFolder(plan, options, warn);
  const work = worklistOf(plan, taken.store, options.retryFailed ?? false);
  const opened: Opened = { index: guardIndex(undefined, warn) };
  let halted: Halt | undefined;
  try {
    halted = await runTrials({ plan, options, scheduler, taken, work, warn }, opened);
  } finally {
    try {
      await close(opened, warn);
    } finally {
      await taken.store.close();
    }
  }
  const seconds = (performance.now() - begun) / 1000;
  const outcome = { ...endOf(work.tally.counts(), halted), dir, counts: work.tally.counts(), seconds };
  emit({ type: 'sweep-done', outcome });
  return outcome;
}

async function runTrials(run: Run, opened: Opened): Promise<Halt | undefined> {
  const { plan, options, taken, work, warn } = run;
  const { dir, emit, openIndex } = options;
  const { config, search } = plan;
  const { store, data } = taken;
  opened.scheduling = await schedulingOf(run);
  const live = search && (await startSearch(dir, search, config, store.record, store.states, work.retry));
  const rows = store.trials.map((planned) => rowOf(planned, store.states.get(planned.id)));
  const index = guardIndex(await openStore(() => openIndex({ dir, rows }), warn), warn);
  opened.index = index;
  const workers = workersOf(run);
  emit({
    type: 'sweep-start',
    dir,
    workers,
    resumed: store.resumed,
    waiting: work.open.map(({ id }) => id),
    counts: work.tally.counts(),
    headline: taken.headline,
  });
  const more = live && proposer({ dir, data, live, config, tally: work.tally, index, emit, warn });
  const waiting = work.open.length === 0 && more ? await more() : work.open;
  if (waiting.length === 0) return undefined;
  const executor = await startExecutor(options, taken, workers, warn);
  opened.executor = executor;
  return drive(waiting, {
    dir,
    data,
    executor,
    index,
    tally: work.tally,
    options,
    attempts: work.attempts,
    emit,
    scheduling: opened.scheduling,
    lost: taken.lost,
    ...(more ? { more } : {}),
    onEnd: (planned, epochs) => live?.ended(planned, epochs && lossOf(epochs, config)),
  });
}

function schedulingOf({ plan, options, scheduler, taken }: Run): Promise<Scheduling> | undefined {
  const { config } = plan;
  if (!scheduler || !config.search) return undefined;
  const competes = competition(config, taken.store.trials);
  return startScheduling(options.dir, scheduler, config.search.objective, competes);
}

/** No more workers than there are trials for. */
function workersOf({ options: { workers, factory }, work }: Run): number {
  return Math.max(1, Math.min(workers ?? factory.capacity, work.most));
}

async function close({ index, executor, scheduling }: Opened, warn: Warn): Promise<void> {
  await index.close();
  await closeExecutor(executor, warn);
  scheduling?.close();
}

/** Ignores a stop request that arrives after the last trial has finished. */
function endOf(
  counts: SweepCounts,
  halted: Halt | undefined,
): Pick<SweepOutcome, 'status' | 'error' | 'signal'> {
  const complete = counts.waiting === 0 && counts.running === 0;
  if (halted && !(complete && halted.status === 'interrupted')) return halted;
  return { status: counts.failed + counts.diverged > 0 ? 'failed' : 'done' };
}

import { join } from 'node:path';
import { toErrorRecord, type EpochMetrics, type ErrorRecord, type PlannedTrial } from '@bbb/core';
import type { Execution, Executor, TrialEnd, TrialMessage } from '../executor/executor.js';
import { logEnd } from '../store/attempts.js';
import { removeCheckpoints } from '../store/checkpoints.js';
import { readEpochs } from '../read.js';
import { storing } from '../store/errors.js';
import { syncFile, syncFolder } from '../store/files.js';
import { TRIAL_FILES, trialFolder, trialsFolder } from '../store/names.js';
import { commitResult } from '../store/result-file.js';
import { sha256 } from '../store/sealed.js';
import { attemptTrial } from './attempt.js';
import type { SweepEvent, SweepOutcome } from './events.js';
import type { GuardedIndex } from './guarded-index.js';
import { handover } from './handover.js';
import type { SweepOptions } from './options.js';
import type { Scheduling } from './scheduling.js';
import type { Tally } from './tally.js';

export interface DriveContext {
  readonly dir: string;
  readonly executor: Executor;
  readonly index: GuardedIndex;
  readonly tally: Tally;
  readonly options: SweepOptions;
  /** How often each trial was started in earlier runs. */
  readonly attempts: ReadonlyMap<string, number>;
  readonly emit: (event: SweepEvent) => void;
  /** Asked for more trials when none waits; none means that there will be no more. */
  readonly more?: () => Promise<readonly PlannedTrial[]>;
  readonly scheduling?: Scheduling | undefined;
  /** Told of every trial that came to its end; without a loss when it failed. */
  readonly onEnd?: (planned: PlannedTrial, epochs: readonly EpochMetrics[] | undefined) => void;
}

/** Why no further trial is started. */
export interface Halt {
  readonly status: Exclude<SweepOutcome['status'], 'done'>;
  readonly error?: ErrorRecord;
  readonly signal?: string;
}

/** Commits that may wait for the disk, for each lane: the next trial does not wait for them. */
const PENDING_COMMITS = 2;

/**
 * Runs trials, as many at a time as the executor takes, until none is left or something halts the sweep. Everything that
 * was under way has ended, and is stored, when the promise resolves.
 * @returns why it was halted, if it was
 */
export async function drive(
  waiting: readonly PlannedTrial[],
  context: DriveContext,
): Promise<Halt | undefined> {
  const { dir, executor, index, tally, options, emit } = context;
  const queue = [...waiting];
  const running = new Map<string, Execution>();
  const commits = new Set<Promise<void>>();
  const handovers = handover();
  const failures = new Map<string, number>();
  let halted: Halt | undefined;

  const halt = (reason: Halt, how: 'stop' | 'kill'): void => {
    halted ??= reason;
    for (const execution of running.values()) execution[how]();
  };
  const breakDown = (thrown: unknown): void => breakDownFor(toErrorRecord(thrown));
  const breakDownFor = (error: ErrorRecord): void => {
    halt({ status: error.code === 'E_DISK_FULL' ? 'disk-full' : 'halted', error }, 'kill');
  };
  const onSignal = (): void => {
    const reason: unknown = options.signal?.reason;
    halt({ status: 'interrupted', ...(typeof reason === 'string' ? { signal: reason } : {}) }, 'stop');
  };
  const onKill = (): void => halt({ status: 'interrupted' }, 'kill');

  /** What a listener or the index throws ends the sweep in order, whoever's turn it was. */
  const safely = (run: () => void): void => {
    try {
      run();
    } catch (error) {
      breakDown(error);
    }
  };

  const decide = ({ id, trial }: PlannedTrial, metrics: EpochMetrics): void => {
    const last = metrics.epoch === trial.training.epochs;
    if (context.scheduling?.report(id, metrics, last)) running.get(id)?.stop();
  };

  const onMessage = (planned: PlannedTrial, attempt: number, message: TrialMessage): void => {
    const { id, label, variant, seed, trial } = planned;
    switch (message.type) {
      case 'started': {
        const { resumedEpochs } = message;
        index.update(id, { state: 'running', attempts: attempt, epoch: resumedEpochs.length });
        const { epochs } = trial.training;
        emit({ type: 'trial-start', id, label, variant, seed, epochs, attempt, resumedEpochs });
        for (const metrics of resumedEpochs) decide(planned, metrics);
        return;
      }
      case 'progress':
        return emit({ type: 'progress', id, ...message.progress });
      case 'epoch': {
        const { epoch, validationError = null } = message.metrics;
        index.update(id, { epoch, validationError });
        emit({ type: 'epoch', id, metrics: message.metrics });
        return decide(planned, message.metrics);
      }
      case 'warning':
        return emit({ type: 'warning', code: message.code ?? 'W_DAMAGED', message: message.message, id });
    }
  };

  const withEta = (): { etaSeconds?: number } => {
    const etaSeconds = tally.etaSeconds(executor.parallel?.() ?? executor.capacity);
    return etaSeconds === undefined ? {} : { etaSeconds };
  };

  const commit = async (
    planned: PlannedTrial,
    attempt: number,
    seconds: number,
    text: string,
  ): Promise<void> => {
    const { id, label, seed } = planned;
    const folder = trialFolder(dir, id);
    // A result is durable only if its folder and its checkpoint are.
    await storing('store a result', () =>
      Promise.all([syncFolder(trialsFolder(dir)), syncFile(join(folder, TRIAL_FILES.checkpoint))]),
    );
    const committed = await commitResult(folder, planned, text);
    await storing('tidy up after a trial', async () => {
      await removeCheckpoints(folder);
      await logEnd(folder, attempt, seconds, { outcome: 'done' });
    });
    const epoch = committed.result.epochs.length;
    index.update(id, { state: 'done', epoch, sha256: sha256(committed.text), error: null });
    tally.done(id, label, seconds);
    context.onEnd?.(planned, committed.result.epochs);
    const counts = tally.counts();
    emit({ type: 'trial-done', id, label, seed, seconds, result: committed.result, counts, ...withEta() });
  };

  const fail = async (
    planned: PlannedTrial,
    attempt: number,
    seconds: number,
    { kind, error }: Extract<TrialEnd, { type: 'failed' }>,
  ): Promise<void> => {
    const { id, label, seed } = planned;
    const count = (failures.get(id) ?? 0) + 1;
    failures.set(id, count);
    const willRetry = kind !== 'diverged' && count <= (options.maxRetries ?? 1) && !halted;
    const folder = trialFolder(dir, id);
    const final = !willRetry;
    await storing('log an attempt', () =>
      logEnd(folder, attempt, seconds, { outcome: 'failed', kind, error, final }),
    );
    const state = willRetry ? 'waiting' : kind === 'diverged' ? 'diverged' : 'failed';
    index.update(id, { state, error: error.message });
    if (willRetry) {
      tally.queued(id);
      queue.push(planned);
    } else {
      tally.failed(id, kind);
      context.onEnd?.(planned, undefined);
    }
    const counts = tally.counts();
    emit({ type: 'trial-failed', id, label, seed, attempt, kind, error, willRetry, counts, ...withEta() });
    if (!willRetry && options.failFast === true) halt({ status: 'failed', error }, 'stop');
  };

  const stopEarly = async (
    planned: PlannedTrial,
    attempt: number,
    seconds: number,
    epoch: number,
  ): Promise<void> => {
    const { id, label, seed } = planned;
    await storing('log an attempt', () =>
      logEnd(trialFolder(dir, id), attempt, seconds, { outcome: 'stopped-early', epoch }),
    );
    index.update(id, { state: 'stopped-early', epoch });
    tally.stoppedEarly(id);
    context.onEnd?.(planned, (await readEpochs(dir, id)).slice(0, epoch));
    emit({ type: 'trial-stopped-early', id, label, seed, epoch, counts: tally.counts() });
  };

  const settle = async (
    planned: PlannedTrial,
    attempt: number,
    seconds: number,
    end: TrialEnd,
  ): Promise<void> => {
    const { id } = planned;
    const stoppedAt = context.scheduling?.stoppedAt(id);
    // Also where the trial was quicker than the decision: what is kept must not depend on that.
    if (stoppedAt !== undefined && end.type !== 'fatal')
      return stopEarly(planned, attempt, seconds, stoppedAt);
    switch (end.type) {
      case 'done': {
        const pending = commit(planned, attempt, seconds, end.text)
          .catch(breakDown)
          .finally(() => commits.delete(pending));
        commits.add(pending);
        if (commits.size >= PENDING_COMMITS * executor.capacity) await Promise.race(commits);
        return;
      }
      case 'failed':
        return fail(planned, attempt, seconds, end);
      case 'fatal':
        tally.queued(id);
        return breakDownFor(end.error);
      case 'stopped':
      case 'killed': {
        tally.queued(id);
        index.update(id, { state: 'waiting' });
        const outcome = end.type;
        await storing('log an attempt', () => logEnd(trialFolder(dir, id), attempt, seconds, { outcome }));
        if (end.type === 'stopped') emit({ type: 'trial-stopped', id, epoch: end.epoch });
      }
    }
  };

  let asking = Promise.resolve();
  let exhausted = context.more === undefined;
  /** What is proposed next depends on everything that has ended: so everything that has ended is stored first. */
  const refill = async (): Promise<void> => {
    if (queue.length > 0 || exhausted || halted) return;
    await handovers.all();
    await executor.vacancy?.();
    await Promise.all(commits);
    if (queue.length > 0 || halted) return;
    const trials = await context.more!();
    exhausted = trials.length === 0;
    queue.push(...trials);
  };
  const next = async (): Promise<PlannedTrial | undefined> => {
    // Others may have taken what was proposed.
    const wanting = (): boolean => !halted && !exhausted && queue.length === 0;
    while (wanting()) {
      asking = asking.then(refill).catch(breakDown);
      await asking;
    }
    const planned = halted ? undefined : queue.shift();
    if (planned) handovers.begin(planned.id);
    return planned;
  };
  const lane = async (): Promise<void> => {
    for (let current = await next(); current; current = await next()) {
      const planned = current;
      const { id } = planned;
      const stoppedAt = context.scheduling?.stoppedAt(id);
      const attempt = (context.attempts.get(id) ?? 0) + (failures.get(id) ?? 0) + 1;
      try {
        if (stoppedAt !== undefined) {
          // Decided before the process died.
          executor.forget?.(id);
          await stopEarly(planned, attempt - 1, 0, stoppedAt);
          continue;
        }
        tally.started(id);
        const { end, seconds } = await attemptTrial(planned, {
          dir,
          executor,
          attempt,
          checkpointSeconds: options.checkpointSeconds ?? 2,
          timeoutSeconds: options.timeoutSeconds,
          onMessage: (message) => safely(() => onMessage(planned, attempt, message)),
          onExecution(execution) {
            running.set(id, execution);
            handovers.end(id);
            if (options.kill?.aborted) execution.kill();
            else if (halted) execution.stop();
          },
        }).finally(() => running.delete(id));
        await settle(planned, attempt, seconds, end);
      } catch (error) {
        breakDown(error);
      } finally {
        handovers.end(id);
      }
    }
  };

  options.signal?.addEventListener('abort', onSignal);
  options.kill?.addEventListener('abort', onKill);
  if (options.signal?.aborted) onSignal();
  if (options.kill?.aborted) onKill();
  try {
    await Promise.all(Array.from({ length: executor.capacity }, lane));
    await Promise.all(commits);
  } finally {
    options.signal?.removeEventListener('abort', onSignal);
    options.kill?.removeEventListener('abort', onKill);
  }
  return halted;
}

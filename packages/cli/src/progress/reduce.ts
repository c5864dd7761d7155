import { ACCURACY, headlineOf, type EpochMetrics, type SweepEvent } from '@bbb/core';
import type { Plan } from '@bbb/sweep';
import { doneShare, type ProgressState, type RunningTrial, type Timings, type TrialName } from './state.js';

/** The planned trials. */
export type Trials = Pick<Plan, 'trials'>;

/** The state before anything runs: every trial waits. */
export function initialState({ trials }: Trials, now: number): ProgressState {
  const names = trials.map(({ id, label, variant, seed, trial }): [string, TrialName] => [
    id,
    { id, label, variant, seed, epochs: trial.training.epochs },
  ]);
  return {
    waiting: new Map(names),
    running: new Map(),
    done: 0,
    kept: 0,
    stoppedEarly: 0,
    unnamed: 0,
    failed: 0,
    workers: 1,
    headline: ACCURACY,
    startedAt: now,
    timings: new Map(),
    evaluations: new Map(),
  };
}

/** The state after an event. */
export function reduce(state: ProgressState, event: SweepEvent, now: number): ProgressState {
  switch (event.type) {
    case 'sweep-start':
      return sweepStarted(state, event);
    case 'trial-start':
      return trialStarted(state, event, now);
    case 'progress':
      return progressed(state, event, now);
    case 'epoch':
      return epochEnded(state, event, now);
    case 'trial-done':
      return trialDone(state, event, now);
    case 'trial-failed': {
      const ended = stopRunning(state, event.id, event.willRetry);
      return event.willRetry ? ended : { ...ended, failed: state.failed + 1 };
    }
    case 'trial-stopped-early':
      return { ...stopRunning(state, event.id, false), stoppedEarly: state.stoppedEarly + 1 };
    case 'trials-proposed':
      return trialsProposed(state, event);
    case 'trial-stopped':
      return stopRunning(state, event.id, true);
    case 'warning':
    case 'stopping':
    case 'sweep-done':
      return state;
  }
}

type EventOf<Type extends SweepEvent['type']> = Extract<SweepEvent, { readonly type: Type }>;

function sweepStarted(state: ProgressState, event: EventOf<'sweep-start'>): ProgressState {
  const runs = new Set(event.waiting);
  const { kept, failed, diverged, stoppedEarly } = event.counts;
  const waiting = new Map([...state.waiting].filter(([id]) => runs.has(id)));
  return {
    ...state,
    waiting,
    unnamed: Math.max(0, event.counts.waiting - waiting.size),
    stoppedEarly,
    workers: event.workers,
    headline: headlineOf(event),
    kept,
    failed: failed + diverged,
  };
}

function trialStarted(state: ProgressState, event: EventOf<'trial-start'>, now: number): ProgressState {
  const { id, label, variant, seed, epochs, attempt, resumedEpochs } = event;
  const trial: RunningTrial = {
    id,
    label,
    variant,
    seed,
    epochs,
    attempt,
    threads: 1,
    loss: Number.NaN,
    share: 0,
    startedAt: now,
    phaseSince: now,
    phase: resumedEpochs.length < epochs ? 'train' : 'evaluate',
    epoch: Math.min(resumedEpochs.length + 1, epochs),
    validationErrors: resumedEpochs.flatMap(validationError),
    startEpochs: resumedEpochs.length,
    startShare: 0,
  };
  return run(state, { ...trial, startShare: doneShare(trial) });
}

function progressed(state: ProgressState, event: EventOf<'progress'>, now: number): ProgressState {
  const { id, phase, epoch, share, trainNll, threads = 1 } = event;
  return update(state, id, (trial) => ({
    ...trial,
    phase,
    phaseSince: phase === trial.phase ? trial.phaseSince : now,
    epoch,
    share,
    threads,
    loss: phase === 'train' ? trainNll : trial.loss,
  }));
}

function epochEnded(state: ProgressState, { id, metrics }: EventOf<'epoch'>, now: number): ProgressState {
  return update(state, id, (trial) => ({
    ...trial,
    ...(metrics.epoch < trial.epochs
      ? { epoch: metrics.epoch + 1, share: 0 }
      : { phase: 'evaluate' as const, phaseSince: now, share: 0 }),
    loss: metrics.trainNll,
    validationErrors: [...trial.validationErrors, ...validationError(metrics)],
  }));
}

function trialDone(before: ProgressState, event: EventOf<'trial-done'>, now: number): ProgressState {
  const { id, seconds } = event;
  const state = timed(stopRunning(before, id, false), before, id, seconds);
  return { ...evaluated(state, before, id, now), done: before.done + 1 };
}

function trialsProposed(state: ProgressState, event: EventOf<'trials-proposed'>): ProgressState {
  const proposed = event.trials.map((trial): [string, TrialName] => [trial.id, trial]);
  return {
    ...state,
    waiting: new Map([...state.waiting, ...proposed]),
    unnamed: Math.max(0, state.unnamed - proposed.length),
  };
}

function run(state: ProgressState, trial: RunningTrial): ProgressState {
  return {
    ...state,
    unnamed: state.waiting.has(trial.id) ? state.unnamed : Math.max(0, state.unnamed - 1),
    waiting: without(state.waiting, trial.id),
    running: new Map([...state.running, [trial.id, trial]]),
  };
}

function update(
  state: ProgressState,
  id: string,
  change: (trial: RunningTrial) => RunningTrial,
): ProgressState {
  const trial = state.running.get(id);
  return trial ? { ...state, running: new Map([...state.running, [id, change(trial)]]) } : state;
}

/** Removes a trial from the running ones. With `again`, it waits again. */
function stopRunning(state: ProgressState, id: string, again: boolean): ProgressState {
  const trial = state.running.get(id);
  const waiting = again && trial ? new Map([...state.waiting, [id, trial]]) : without(state.waiting, id);
  return { ...state, waiting, running: without(state.running, id) };
}

/** Remembers the time of a whole trial of this label. A resumed trial counts for the part that it did in this run. */
function timed(state: ProgressState, before: ProgressState, id: string, seconds: number): ProgressState {
  const trial = before.running.get(id);
  if (!trial || trial.startShare > 0.9) return state;
  return { ...state, timings: added(state.timings, trial.label, seconds / (1 - trial.startShare)) };
}

/** Remembers the time of an evaluation that was seen from its beginning. */
function evaluated(state: ProgressState, before: ProgressState, id: string, now: number): ProgressState {
  const trial = before.running.get(id);
  if (trial?.phase !== 'evaluate') return state;
  return { ...state, evaluations: added(state.evaluations, trial.label, now - trial.phaseSince) };
}

function added(timings: Timings, label: string, seconds: number): Timings {
  const known = timings.get(label) ?? { seconds: 0, count: 0 };
  return new Map([...timings, [label, { seconds: known.seconds + seconds, count: known.count + 1 }]]);
}

function validationError({ validationError }: EpochMetrics): number[] {
  return validationError === undefined ? [] : [validationError];
}

function without<T>(map: ReadonlyMap<string, T>, key: string): ReadonlyMap<string, T> {
  return new Map([...map].filter(([id]) => id !== key));
}

import type { FailureKind, SweepCounts } from '@bbb/core';
import type { TrialState } from '../store/scan.js';

/** Counts trials by state, and remembers how long whole trials took. */
export interface Tally {
  counts(): SweepCounts;
  /** Estimated seconds until nothing is left; undefined while nothing is known. */
  etaSeconds(workers: number): number | undefined;
  started(id: string): void;
  /** The trial waits again: it was stopped or killed, or runs again after a failure. */
  queued(id: string): void;
  done(id: string, label: string, seconds: number): void;
  failed(id: string, kind: FailureKind): void;
  stoppedEarly(id: string): void;
  /** A trial that was not known when the sweep was opened. */
  add(trial: { readonly id: string; readonly label: string }, state?: TrialState): void;
}

type Place = 'waiting' | 'running' | 'done' | 'kept' | 'stoppedEarly' | 'failed' | 'diverged';

/**
 * @param retry ids of failed trials that will run again
 * @param planned how many trials there will be in all; those not yet known wait
 */
export function createTally(
  trials: readonly { readonly id: string; readonly label: string }[],
  states: ReadonlyMap<string, TrialState>,
  retry: ReadonlySet<string>,
  planned: number = trials.length,
): Tally {
  const places = new Map<string, Place>();
  const totals: Record<Place, number> = {
    waiting: 0,
    running: 0,
    done: 0,
    kept: 0,
    stoppedEarly: 0,
    failed: 0,
    diverged: 0,
  };
  const labels = new Map(trials.map(({ id, label }) => [id, label]));
  /** By label, how many trials are left. A running one counts as half. */
  const left = new Map<string, number>();
  const move = (id: string, place: Place): void => {
    const before = places.get(id);
    if (before) totals[before]--;
    totals[place]++;
    places.set(id, place);
    const label = labels.get(id)!;
    left.set(label, (left.get(label) ?? 0) + shareLeft(place) - shareLeft(before));
  };
  for (const { id } of trials) move(id, retry.has(id) ? 'waiting' : placeOf(states.get(id)));

  const times = trialTimes();
  const unknown = (): number => Math.max(0, planned - places.size);
  return {
    counts: () => ({
      total: Math.max(planned, places.size),
      done: totals.done + totals.kept,
      kept: totals.kept,
      stoppedEarly: totals.stoppedEarly,
      failed: totals.failed,
      diverged: totals.diverged,
      running: totals.running,
      waiting: totals.waiting + unknown(),
    }),
    etaSeconds(workers) {
      const work = times.estimate(left, unknown());
      return work === undefined ? undefined : work / workers;
    },
    started: (id) => move(id, 'running'),
    queued: (id) => move(id, 'waiting'),
    done(id, label, seconds) {
      move(id, 'done');
      times.add(label, seconds);
    },
    stoppedEarly: (id) => move(id, 'stoppedEarly'),
    add({ id, label }, state) {
      labels.set(id, label);
      move(id, placeOf(state));
    },
    failed: (id, kind) => move(id, kind === 'diverged' ? 'diverged' : 'failed'),
  };
}

/** How long whole trials took. */
interface TrialTimes {
  add(label: string, seconds: number): void;
  /**
   * Seconds of work that are left, for one worker; undefined while nothing is known. A label without a time takes the mean of all.
   * @param left number of trials by label
   * @param unknown number of trials whose labels are not known yet
   */
  estimate(left: ReadonlyMap<string, number>, unknown: number): number | undefined;
}

function trialTimes(): TrialTimes {
  const times = new Map<string, { seconds: number; count: number }>();
  const all = { seconds: 0, count: 0 };
  return {
    add(label, seconds) {
      const sum = times.get(label) ?? { seconds: 0, count: 0 };
      times.set(label, { seconds: sum.seconds + seconds, count: sum.count + 1 });
      all.seconds += seconds;
      all.count++;
    },
    estimate(left, unknown) {
      if (all.count === 0) return undefined;
      let work = (all.seconds / all.count) * unknown;
      for (const [label, count] of left) {
        const known = times.get(label) ?? all;
        work += (known.seconds / known.count) * count;
      }
      return work;
    },
  };
}

function shareLeft(place: Place | undefined): number {
  if (place === 'waiting') return 1;
  return place === 'running' ? 0.5 : 0;
}

function placeOf(state: TrialState | undefined): Place {
  if (state?.state === 'done') return 'kept';
  if (state?.state === 'stopped-early') return 'stoppedEarly';
  if (state?.state === 'failed') return state.failed.kind === 'diverged' ? 'diverged' : 'failed';
  return 'waiting';
}

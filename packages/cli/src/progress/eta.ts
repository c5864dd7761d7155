import { doneShare, type ProgressState, type RunningTrial, type TrialName } from './state.js';

/**
 * Seconds until the last trial ends, as far as one can tell; undefined before anything was measured. A trial is expected
 * to take as long as others of its label did, or go on at its own pace.
 */
export function estimateRemaining(state: ProgressState, now: number): number | undefined {
  const running = [...state.running.values()];
  const expected = durations(state, now);
  if (expected.size === 0) return undefined;
  const mean = average([...expected.values()]);
  const of = ({ label }: TrialName): number => expected.get(label) ?? mean;

  const left = running.map(
    (trial) => trialRemaining(state, trial, now) ?? of(trial) * (1 - doneShare(trial)),
  );
  const queued = [...state.waiting.values()].map(of);
  const work = sum(left) + sum(queued);
  const width = Math.max(1, Math.min(state.workers, running.length + queued.length));
  // No schedule is shorter than its longest piece.
  return Math.max(work / width, ...left, ...(queued.length > 0 ? [Math.max(...queued)] : []), 0);
}

/**
 * Seconds until this trial ends, at its own pace or else at that of others of its label; undefined before anything was measured. An
 * evaluation has a pace of its own: how long the epochs took says nothing of it.
 */
export function trialRemaining(state: ProgressState, trial: RunningTrial, now: number): number | undefined {
  if (trial.phase === 'evaluate') return evaluationRemaining(state, trial, now);
  const whole = ownPace(trial, now) ?? durations(state, now).get(trial.label);
  return whole === undefined ? undefined : whole * (1 - doneShare(trial));
}

function evaluationRemaining(state: ProgressState, trial: RunningTrial, now: number): number | undefined {
  const spent = now - trial.phaseSince;
  if (trial.share > ENOUGH) return (spent * (1 - trial.share)) / trial.share;
  const known = state.evaluations.get(trial.label);
  if (known) return Math.max(0, known.seconds / known.count - spent);
  const whole = state.timings.get(trial.label);
  return whole && (whole.seconds / whole.count) * (1 - doneShare(trial));
}

/** The share of an evaluation that tells its pace. */
const ENOUGH = 0.02;

/** Seconds a trial takes, by label. */
function durations(state: ProgressState, now: number): Map<string, number> {
  const seen = new Map<string, number[]>();
  for (const trial of state.running.values()) {
    const pace = ownPace(trial, now);
    if (pace !== undefined) seen.set(trial.label, [...(seen.get(trial.label) ?? []), pace]);
  }
  const expected = new Map([...seen].map(([label, paces]) => [label, average(paces)]));
  for (const [label, { seconds, count }] of state.timings) expected.set(label, seconds / count);
  return expected;
}

function ownPace(trial: RunningTrial, now: number): number | undefined {
  const moved = doneShare(trial) - trial.startShare;
  return moved > 0.01 ? (now - trial.startedAt) / moved : undefined;
}

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
const average = (values: readonly number[]): number => sum(values) / values.length;

import { doneShare, type ProgressState, type RunningTrial, type TrialName } from './state.js';

/** The time that is left. */
export interface Remaining {
  readonly seconds: number;
  /** Whether `seconds` is only a lower limit, because no network of this kind has been measured yet. */
  readonly atLeast: boolean;
}

/**
 * Estimated time until the last trial ends. Undefined before anything was measured. A trial is expected
 * to take as long as others of its label did, or to go on at its own pace.
 */
export function estimateRemaining(state: ProgressState, now: number): Remaining | undefined {
  const running = [...state.running.values()];
  const expected = wholes(state, now);
  if (expected.size === 0) return undefined;
  const mean = meanOf([...expected.values()]);
  const of = ({ label }: TrialName): Remaining => expected.get(label) ?? mean;

  const left = running.map((trial) => trialRemaining(state, trial, now) ?? begun(of(trial), trial));
  const queued = [...state.waiting.values()].map(of);
  const all = [...left, ...queued];
  const width = Math.max(1, Math.min(state.workers, all.length));
  // The sweep takes at least as long as its longest trial.
  const longest = Math.max(0, ...all.map(({ seconds }) => seconds));
  return { seconds: Math.max(sumOf(all) / width, longest), atLeast: all.some(({ atLeast }) => atLeast) };
}

/** The rest of a running trial, if only the time of whole trials is known. */
function begun({ seconds, atLeast }: Remaining, trial: RunningTrial): Remaining {
  if (trial.phase === 'evaluate') return { seconds: 0, atLeast: true };
  return { seconds: seconds * (1 - doneShare(trial)), atLeast };
}

/**
 * Time until this trial ends, from its own pace or otherwise from that of others with its label. Undefined before anything was measured. The
 * pace of an evaluation is separate: it does not follow from the time of the epochs.
 */
export function trialRemaining(
  state: ProgressState,
  trial: RunningTrial,
  now: number,
): Remaining | undefined {
  if (trial.phase === 'evaluate') return evaluationRemaining(state, trial, now);
  const pace = epochSeconds(trial, now);
  if (pace !== undefined)
    return withEvaluation(state, trial, pace * (trial.epochs - trial.epoch + 1 - trial.share));
  const whole = wholes(state, now).get(trial.label);
  return whole && begun(whole, trial);
}

function evaluationRemaining(state: ProgressState, trial: RunningTrial, now: number): Remaining | undefined {
  const spent = now - trial.phaseSince;
  if (trial.share > ENOUGH) return { seconds: (spent * (1 - trial.share)) / trial.share, atLeast: false };
  const known = evaluationSeconds(state, trial);
  // If it takes longer than earlier evaluations, its end can't be estimated yet.
  return known !== undefined && known > spent ? { seconds: known - spent, atLeast: false } : undefined;
}

/** The share of an evaluation after which its pace is known. */
const ENOUGH = 0.02;

/** Adds the expected time of the evaluation of the trained network. */
function withEvaluation(state: ProgressState, trial: TrialName, seconds: number): Remaining {
  const evaluation = evaluationSeconds(state, trial);
  return { seconds: seconds + (evaluation ?? 0), atLeast: evaluation === undefined };
}

/** Mean seconds of the evaluations of this label so far. */
function evaluationSeconds({ evaluations }: ProgressState, { label }: TrialName): number | undefined {
  const known = evaluations.get(label);
  return known && known.seconds / known.count;
}

/** Expected time of whole trials, by label. */
function wholes(state: ProgressState, now: number): Map<string, Remaining> {
  const seen = new Map<string, Remaining[]>();
  for (const trial of state.running.values()) {
    const whole = wholeOf(state, trial, now);
    if (whole) seen.set(trial.label, [...(seen.get(trial.label) ?? []), whole]);
  }
  const expected = new Map([...seen].map(([label, all]) => [label, meanOf(all)]));
  for (const [label, { seconds, count }] of state.timings)
    expected.set(label, { seconds: seconds / count, atLeast: false });
  return expected;
}

function wholeOf(state: ProgressState, trial: RunningTrial, now: number): Remaining | undefined {
  const pace = epochSeconds(trial, now);
  if (pace === undefined) return undefined;
  const training = pace * trial.epochs;
  if (trial.phase === 'train') return withEvaluation(state, trial, training);
  const left = evaluationRemaining(state, trial, now);
  const spent = now - trial.phaseSince;
  return { seconds: training + spent + (left?.seconds ?? 0), atLeast: left?.atLeast ?? true };
}

/** Mean seconds of an epoch of this trial, over those that it trained in this run. */
function epochSeconds(trial: RunningTrial, now: number): number | undefined {
  const { phase, epoch, share, epochs, startEpochs, startedAt, phaseSince } = trial;
  const trained = (phase === 'train' ? epoch - 1 + share : epochs) - startEpochs;
  if (trained <= 0.01 * epochs) return undefined;
  return ((phase === 'train' ? now : phaseSince) - startedAt) / trained;
}

const sumOf = (all: readonly Remaining[]): number => all.reduce((sum, { seconds }) => sum + seconds, 0);
const meanOf = (all: readonly Remaining[]): Remaining => ({
  seconds: sumOf(all) / all.length,
  atLeast: all.some(({ atLeast }) => atLeast),
});

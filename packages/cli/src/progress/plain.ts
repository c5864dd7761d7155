import { errorText, keptEpoch, type SweepEvent } from '@bbb/core';
import type { Display } from './display.js';
import { formatDuration } from './duration.js';
import { nameOf, totalLine } from './lines.js';
import { noteOf } from './notes.js';
import { initialState, reduce, type Trials } from './reduce.js';
import type { ProgressState, RunningTrial } from './state.js';

/** Seconds between two reports of a trial's epochs, at least, and the longest silence of the log while something moves. */
const EVERY = 10;

/**
 * Prints line after line, for logs: the epochs of trials now and then, and the end of each. If nothing else was said for a while, because an epoch or an
 * evaluation takes long, it says how far the sweep is.
 */
export function plainDisplay(
  plan: Trials,
  write: (line: string) => void,
  now: () => number = () => performance.now() / 1000,
): Display {
  let state = initialState(plan, now());
  let written = now();
  const reported = new Map<string, number>();
  const due = (id: string): boolean => {
    const time = now();
    const last = reported.get(id) ?? state.running.get(id)?.startedAt ?? time;
    if (time - last < EVERY) return false;
    reported.set(id, time);
    return true;
  };
  return {
    onEvent(event) {
      state = reduce(state, event, now());
      const quiet = now() - written >= EVERY;
      const line = lineOf(event, state, now(), { due, quiet }) ?? noteOf(event);
      if (line === undefined) return;
      written = now();
      write(line);
    },
    close: () => undefined,
  };
}

function validationText({ headline }: ProgressState, error: number): string {
  return `validation ${headline.error} ${errorText(headline, error)}`;
}

function howFar(trial: RunningTrial): string {
  const { phase, epoch, epochs, share, seed } = trial;
  const part = `${Math.floor(100 * share)} %`;
  return `${nameOf(trial)} seed ${seed}, ${phase === 'train' ? `${part} of epoch ${epoch}/${epochs}` : `${part} measured`}`;
}

function lineOf(
  event: SweepEvent,
  after: ProgressState,
  now: number,
  { due, quiet }: { readonly due: (id: string) => boolean; readonly quiet: boolean },
): string | undefined {
  switch (event.type) {
    case 'epoch': {
      const trial = after.running.get(event.id);
      if (!trial || !due(event.id)) return undefined;
      const { epoch, trainNll, validationError } = event.metrics;
      return [
        `${nameOf(trial)} seed ${trial.seed}`,
        `epoch ${epoch}/${trial.epochs}`,
        `loss ${trainNll.toFixed(3)}`,
        ...(validationError === undefined ? [] : [validationText(after, validationError)]),
      ].join(', ');
    }
    case 'progress': {
      const trial = after.running.get(event.id);
      return trial && quiet ? `${howFar(trial)}, ${totalLine(after, now)}` : undefined;
    }
    case 'trial-done': {
      const { epochs, trial } = event.result;
      const error = keptEpoch(epochs, trial.select)?.validationError;
      return [
        `${nameOf(event)} seed ${event.seed} done in ${formatDuration(event.seconds)}`,
        ...(error === undefined ? [] : [validationText(after, error)]),
        totalLine(after, now),
      ].join(', ');
    }
    default:
      return undefined;
  }
}
